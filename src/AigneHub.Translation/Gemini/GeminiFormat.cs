using System.Buffers;
using System.Text.Json;
using AigneHub.Core;
using AigneHub.Core.Routing;
using AigneHub.Translation.Model;
using AigneHub.Translation.Reading;

namespace AigneHub.Translation.Gemini;

/// <summary>
/// Gemini's generateContent and streamGenerateContent (<see href="https://ai.google.dev/api/generate-content"/>), on either
/// side. Which of the two it is stands in the path: <see cref="ChatRequest.Stream"/> is false after reading.
/// </summary>
public sealed class GeminiFormat : IFrontFormat, IVendorFormat
{
    private GeminiFormat()
    {
    }

    public static GeminiFormat Instance { get; } = new();

    public ModelApi Api => ModelApi.GeminiGenerateContent;

    public (ChatRequest? Request, HubError? Error) ReadRequest(JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object)
        {
            return (null, new HubError(400, "invalid_request", Blame.Caller, "The body is a JSON object."));
        }

        if (WellFormedText.Refuse(body, "contents") is { } refused)
        {
            return (null, refused);
        }

        var reader = new GeminiRequestReader();
        var request = reader.Read(body);
        return reader.Error is null ? (request, null) : (null, reader.Error);
    }

    public void WriteAnswer(ChatAnswer answer, AnswerContext context, IBufferWriter<byte> output) =>
        GeminiAnswerWriter.Write(answer, context, output);

    IFrontWriter IFrontFormat.NewStream(AnswerContext context) => new GeminiFrontWriter(context);

    public HubError? WriteRequest(ChatRequest request, string model, int? maxOutput, Utf8JsonWriter output, Warnings warnings) =>
        GeminiRequestWriter.Write(request, model, output, warnings);

    public ChatAnswer? ReadAnswer(JsonElement body) => VendorJson.Read(body, GeminiAnswerReader.Read);

    IVendorReader IVendorFormat.NewStream() => new GeminiVendorReader();
}
