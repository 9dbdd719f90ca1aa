using System.Text.Json;
using AigneHub.Core;
using AigneHub.Core.Routing;
using AigneHub.Gateway.Fronts;
using AigneHub.Gateway.Relay;
using AigneHub.Providers;
using AigneHub.Providers.Upstream;
using AigneHub.Translation;
using AigneHub.Translation.Gemini;

namespace AigneHub.Gateway.Attempts;

/// <summary>OpenAI's audio by a Gemini model: recordings it hears, and texts it speaks. Its answers are never streamed.</summary>
internal sealed class GeminiAudioCodec(Exchange exchange) : IAttemptCodec
{
    private CodecAnswer? _answer;

    public ModelApi Api => ModelApi.GeminiGenerateContent;

    public bool Streams => false;

    public bool AnswersBytes => false;

    private bool Speaks => exchange.Front.Api == ModelApi.OpenAiSpeech;

    private JsonDocument Fields => JsonDocument.Parse(
        exchange.Body.Bytes, new JsonDocumentOptions { MaxDepth = RequestHeadParser.DepthMax });

    public (UpstreamPayload? Body, HubError? Error) Request()
    {
        using var fields = Fields;
        var warnings = new Warnings();
        var written = Speaks
            ? GeminiSpeech.WriteRequest(fields.RootElement, warnings)
            : WriteTranscription(fields.RootElement, warnings);
        exchange.Warnings = warnings.Dropped;
        return written;
    }

    public VendorError? RefusalIn(ReadOnlyMemory<byte> content)
    {
        try
        {
            using var fields = Fields;
            using var answer = JsonDocument.Parse(content);
            var written = Speaks
                ? GeminiSpeech.WriteAnswer(fields.RootElement, answer.RootElement)
                : GeminiTranscription.WriteAnswer(
                    fields.RootElement, answer.RootElement, AnswerReaders.For(Api).Read(content.Span, UsageQuirks.None).Usage);
            _answer = written is { } found ? new CodecAnswer(found.Bytes, found.ContentType) : null;
            return written is not null ? null : VendorError.OfRefusal(
                Speaks ? GeminiSpeech.RefusalIn(answer.RootElement) : GeminiTranscription.RefusalIn(answer.RootElement));
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>What <see cref="RefusalIn"/> has found.</summary>
    public CodecAnswer? Answer(ReadOnlyMemory<byte> content) => _answer;

    public IStreamPasser NewStream() => throw new InvalidOperationException("The answer is not streamed.");

    private (UpstreamPayload? Body, HubError? Error) WriteTranscription(JsonElement fields, Warnings warnings)
    {
        var file = exchange.Body.Form!.File(exchange.Front.Shape.RequiredFile!)!;
        return GeminiTranscription.WriteRequest(
            fields, file.Content, file.FileName, file.ContentType, exchange.Front.Api == ModelApi.OpenAiTranslations, warnings);
    }
}
