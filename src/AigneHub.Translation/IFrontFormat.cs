using System.Buffers;
using System.Text.Json;
using AigneHub.Core;
using AigneHub.Core.Routing;
using AigneHub.Providers;
using AigneHub.Translation.Model;

namespace AigneHub.Translation;

/// <summary>What an answer is written with.</summary>
/// <param name="Id">The call's, 32 hex digits: for ids where the vendor has none.</param>
/// <param name="Model">As the caller named it.</param>
/// <param name="Created">When the call began.</param>
/// <param name="IncludeUsage">OpenAI's chat: the caller asked for the usage of a stream.</param>
public sealed record AnswerContext(string Id, string Model, DateTimeOffset Created, bool IncludeUsage)
{
    /// <summary>The caller's request, a JSON object, for APIs whose answers repeat parts of it; empty: nothing is repeated.</summary>
    public ReadOnlyMemory<byte> Request { get; init; }

    /// <summary>What answers, <c>provider/model</c>; null: as the caller named it.</summary>
    public string? Target { get; init; }

    /// <summary>The caller gave a JSON Schema for the answer.</summary>
    public bool IsStructured { get; init; }

    /// <summary>What usage costs the caller, in nano-credits; null: it spends no credit, and answers don't tell.</summary>
    public Func<TokenUsage, long?>? CreditsOf { get; init; }

    /// <summary>
    /// What the answer costs, in nano-credits, where it is known before it is written (images, videos); null: as
    /// <see cref="CreditsOf"/>, or it is not known.
    /// </summary>
    public long? Credits { get; init; }

    /// <summary>A stream is asked for by the path or a header, not by the body.</summary>
    public bool StreamBesideBody { get; init; }
}

/// <summary>A client's API: reads its requests, writes its answers. Stateless.</summary>
public interface IFrontFormat
{
    ModelApi Api { get; }

    /// <summary>Exactly one of the results is null. The error names the field (400).</summary>
    /// <param name="body">A JSON object; the model is not read from it.</param>
    (ChatRequest? Request, HubError? Error) ReadRequest(JsonElement body);

    /// <summary>The answer's JSON document.</summary>
    void WriteAnswer(ChatAnswer answer, AnswerContext context, IBufferWriter<byte> output);

    IFrontWriter NewStream(AnswerContext context);
}

/// <summary>Writes one streamed answer as whole server-sent events, each with its blank line. Not thread-safe.</summary>
public interface IFrontWriter
{
    /// <summary>Writes what the event means in this API, which may be nothing yet.</summary>
    void Write(AnswerEvent answerEvent, IBufferWriter<byte> output);

    /// <summary>The end of a whole answer: what was held back, and the API's last events.</summary>
    void Complete(IBufferWriter<byte> output);
}
