using System.Buffers;
using System.Text;
using System.Text.Json;
using AigneHub.Gateway.Bodies;
using AigneHub.Gateway.Fronts.Aigne;
using AigneHub.Translation;
using AigneHub.Translation.Aigne;

namespace AigneHub.Gateway.Fronts;

/// <summary>What the hub demands of an API's request body; everything else is the vendor's to judge.</summary>
internal sealed record HeadShape
{
    /// <summary>As AIGNE Hub's clients expect it.</summary>
    private const string AigneChatModel = "openai/gpt-5-mini";
    private const string AigneImageModel = "openai/dall-e-2";
    private const string AigneVideoModel = "openai/sora-2";

    public static readonly HeadShape Chat =
        new() { Required = "messages", RequiredIsArray = true, HasStreamOptions = true, HasChoices = true };
    public static readonly HeadShape Responses = new() { KeepsAnswers = true };
    public static readonly HeadShape Completions = new() { HasStreamOptions = true, HasChoices = true };
    public static readonly HeadShape Embeddings = new() { Required = "input", Streams = false };
    public static readonly HeadShape Moderations = new() { Required = "input", Streams = false, DefaultModel = "omni-moderation-latest" };
    public static readonly HeadShape Messages = new() { Required = "messages", RequiredIsArray = true };
    public static readonly HeadShape CountTokens = new() { Required = "messages", RequiredIsArray = true, Streams = false };
    public static readonly HeadShape GenerateContent =
        new() { Required = "contents", RequiredIsArray = true, ModelInPath = true, Streams = false };
    public static readonly HeadShape GeminiCountTokens = new() { ModelInPath = true, Streams = false };
    public static readonly HeadShape EmbedContent = new() { Required = "content", ModelInPath = true, Streams = false };
    public static readonly HeadShape BatchEmbedContents =
        new() { Required = "requests", RequiredIsArray = true, ModelInPath = true, Streams = false };

    public static readonly HeadShape Images = new() { Required = "prompt", ReturnsImages = true };
    public static readonly HeadShape ImageEdits = new()
    {
        Bodies = BodyKinds.Json | BodyKinds.Form,
        Required = "prompt",
        RequiredFile = "image",
        ReturnsImages = true,
    };
    public static readonly HeadShape Videos =
        new() { Bodies = BodyKinds.Json | BodyKinds.Form, Required = "prompt", Streams = false, BeginsVideo = true };
    public static readonly HeadShape Transcriptions = new()
    {
        Bodies = BodyKinds.Form,
        RequiredFile = "file",
        TakesOneFile = true,
        Unserved = ("url", "Send the file itself."),
    };
    public static readonly HeadShape Speech = new() { Required = "input", Streams = false, AnswersBytes = true };
    public static readonly HeadShape Rerank = new() { Required = "documents", RequiredIsArray = true, Streams = false };
    public static readonly HeadShape AigneChat = new() { IsNested = true, DefaultModel = AigneChatModel };
    public static readonly HeadShape AigneCompletions = new() { HasStreamOptions = true, DefaultModel = AigneChatModel };
    public static readonly HeadShape AigneImage = Images with
    {
        Streams = false,
        DefaultModel = AigneImageModel,
        Flatten = AigneMediaBody.FlattenImage,
        Reshape = AigneImageAnswer.Write,
        InputImage = "image",
    };
    public static readonly HeadShape AigneImageGenerations = AigneImage with { Reshape = AigneImageAnswer.WriteGenerations };
    public static readonly HeadShape AigneImageEdits =
        ImageEdits with { Streams = false, DefaultModel = AigneImageModel, Reshape = AigneImageAnswer.Write };
    public static readonly HeadShape AigneImageGenerationsEdits =
        AigneImageEdits with { Reshape = AigneImageAnswer.WriteGenerations };
    public static readonly HeadShape AigneVideo = Videos with
    {
        Bodies = BodyKinds.Json,
        DefaultModel = AigneVideoModel,
        Flatten = AigneMediaBody.FlattenVideo,
        InputImage = "input_reference",
        AwaitsVideo = true,
    };
    public static readonly HeadShape AigneEmbeddings = Embeddings with { Flatten = AigneEmbeddingsBody.TryFlatten };

    /// <summary>Of an API that no client speaks: the path names the model.</summary>
    public static readonly HeadShape Vendors = new() { ModelInPath = true, Streams = false };

    /// <summary>How the request may be sent.</summary>
    public BodyKinds Bodies { get; init; } = BodyKinds.Json;

    /// <summary>A file that a form must hold, alone or as one of a list (<c>image</c>, <c>image[]</c>); null for none.</summary>
    public string? RequiredFile { get; init; }

    /// <summary>The form holds that file alone, by that very name: what the hub measures is what the vendor hears.</summary>
    public bool TakesOneFile { get; init; }

    /// <summary>A member that must be there; null for none.</summary>
    public string? Required { get; init; }

    /// <summary>It must be an array that is not empty.</summary>
    public bool RequiredIsArray { get; init; }

    /// <summary>The path names the model; <c>model</c> in the body has no say.</summary>
    public bool ModelInPath { get; init; }

    /// <summary>The model of a body that names none; null: it must name one.</summary>
    public string? DefaultModel { get; init; }

    /// <summary>The body's <c>stream</c> says whether the answer is streamed.</summary>
    public bool Streams { get; init; } = true;

    /// <summary>A member that asks for what the hub could not meter; null for none.</summary>
    public (string Name, string Advice)? Unserved { get; init; }

    /// <summary>What images of the body's <c>image</c> are called as files of a form; null: it has none.</summary>
    public string? InputImage { get; init; }

    /// <summary>The answer is bytes as they come, unless <c>stream_format</c> asks for events (<c>sse</c>).</summary>
    public bool AnswersBytes { get; init; }

    /// <summary><c>stream_options.include_usage</c> asks for the usage of a stream.</summary>
    public bool HasStreamOptions { get; init; }

    /// <summary><c>n</c> asks for several answers.</summary>
    public bool HasChoices { get; init; }

    /// <summary>
    /// Answers are kept unless <c>store</c> is false, <c>previous_response_id</c> continues one, and <c>background</c> asks for
    /// one that is fetched later.
    /// </summary>
    public bool KeepsAnswers { get; init; }

    /// <summary>
    /// The answer tells of work that has begun and is paid: never asked for twice, and not given up when the client goes.
    /// </summary>
    public bool BeginsVideo { get; init; }

    /// <summary>The answer is the video itself, when it is made.</summary>
    public bool AwaitsVideo { get; init; }

    /// <summary>Answers hold images, which prices of <c>size</c> and <c>quality</c> go by; events of a stream are large.</summary>
    public bool ReturnsImages { get; init; }

    /// <summary>The member that the hub reads and that this name is but for its case; null for any other name.</summary>
    public string? DiffersByCase(ReadOnlySpan<byte> name) =>
        !ModelInPath && Ascii.EqualsIgnoreCase(name, "model"u8) ? "model"
        : Required is { } required && Ascii.EqualsIgnoreCase(name, required) ? required
        : Streams && Ascii.EqualsIgnoreCase(name, "stream"u8) ? "stream"
        : AnswersBytes && !name.SequenceEqual("stream_format"u8) && Ascii.EqualsIgnoreCase(name, "stream_format"u8) ? "stream_format"
        : HasStreamOptions && Ascii.EqualsIgnoreCase(name, "stream_options"u8) ? "stream_options"
        : KeepsAnswers && !name.SequenceEqual("previous_response_id"u8) && Ascii.EqualsIgnoreCase(name, "previous_response_id"u8)
            ? "previous_response_id"
        : null;

    /// <summary>Model and streaming stand within <c>input</c> and <c>options</c>; see <see cref="AigneHead"/>.</summary>
    public bool IsNested { get; init; }

    /// <summary>Writes the client's form of a whole answer, where it is not the API's; null: it is.</summary>
    public Action<JsonElement, AnswerContext, IBufferWriter<byte>>? Reshape { get; init; }

    /// <summary>Makes the API's own form of another one that is taken, too; null for a body that needs no change.</summary>
    public Func<ReadOnlyMemory<byte>, byte[]?>? Flatten { get; init; }
}
