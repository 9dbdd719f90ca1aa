using System.Buffers;
using System.Text.Json;
using AigneHub.Core;
using AigneHub.Core.Routing;
using AigneHub.Providers;
using AigneHub.Translation.Model;
using AigneHub.Translation.Reading;

namespace AigneHub.Translation.OpenAi;

/// <summary>OpenAI's responses (<see href="https://platform.openai.com/docs/api-reference/responses"/>).</summary>
public sealed class OpenAiResponsesFormat : IFrontFormat, IVendorFormat
{
    private OpenAiResponsesFormat()
    {
    }

    public static OpenAiResponsesFormat Instance { get; } = new();

    public ModelApi Api => ModelApi.OpenAiResponses;

    public (ChatRequest? Request, HubError? Error) ReadRequest(JsonElement body) => ResponsesRequestReader.Read(body);

    public void WriteAnswer(ChatAnswer answer, AnswerContext context, IBufferWriter<byte> output) =>
        ResponsesAnswerWriter.Write(answer, context, output);

    public IFrontWriter NewStream(AnswerContext context) => new ResponsesStreamWriter(context);

    public HubError? WriteRequest(ChatRequest request, string model, int? maxOutput, Utf8JsonWriter output, Warnings warnings) =>
        ResponsesRequestWriter.Write(request, model, output, warnings);

    public ChatAnswer? ReadAnswer(JsonElement body) =>
        VendorJson.Read(body, whole => ResponsesAnswerReader.Read(whole, UsageQuirks.None));

    public IVendorReader NewStream() => new ResponsesStreamReader(UsageQuirks.None);
}
