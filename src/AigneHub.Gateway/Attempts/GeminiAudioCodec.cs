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
    public ModelApi Api => ModelApi.GeminiGenerateContent;

    public bool Streams => false;

    public bool AnswersBytes => false;

    private JsonDocument Fields => JsonDocument.Parse(
        exchange.Body.Bytes, new JsonDocumentOptions { MaxDepth = RequestHeadParser.DepthMax });

    public (UpstreamPayload? Body, HubError? Error) Request()
    {
        using var fields = Fields;
        var warnings = new Warnings();
        var written = exchange.Front.Api == ModelApi.OpenAiSpeech
            ? GeminiSpeech.WriteRequest(fields.RootElement, warnings)
            : WriteTranscription(fields.RootElement, warnings);
        exchange.Warnings = warnings.Dropped;
        return written;
    }

    public CodecAnswer? Answer(ReadOnlyMemory<byte> content)
    {
        using var fields = Fields;
        using var answer = JsonDocument.Parse(content);
        var written = exchange.Front.Api == ModelApi.OpenAiSpeech
            ? GeminiSpeech.WriteAnswer(fields.RootElement, answer.RootElement)
            : GeminiTranscription.WriteAnswer(
                fields.RootElement, answer.RootElement, AnswerReaders.For(Api).Read(content.Span, UsageQuirks.None).Usage);
        return written is { } found ? new CodecAnswer(found.Bytes, found.ContentType) : null;
    }

    public IStreamPasser NewStream() => throw new InvalidOperationException("The answer is not streamed.");

    private (UpstreamPayload? Body, HubError? Error) WriteTranscription(JsonElement fields, Warnings warnings)
    {
        var file = exchange.Body.Form!.File(exchange.Front.Shape.RequiredFile!)!;
        return GeminiTranscription.WriteRequest(
            fields, file.Content, file.FileName, file.ContentType, exchange.Front.Api == ModelApi.OpenAiTranslations, warnings);
    }
}
