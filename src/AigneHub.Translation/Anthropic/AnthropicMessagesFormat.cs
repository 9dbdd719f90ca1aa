using System.Buffers;
using System.Text.Json;
using AigneHub.Core;
using AigneHub.Core.Routing;
using AigneHub.Translation.Model;
using AigneHub.Translation.Reading;

namespace AigneHub.Translation.Anthropic;

/// <summary>
/// Anthropic's Messages API (<see href="https://docs.claude.com/en/api/messages"/>,
/// <see href="https://docs.claude.com/en/api/messages-streaming"/>), as a client's and as a vendor's.
/// </summary>
public sealed class AnthropicMessagesFormat : IFrontFormat, IVendorFormat
{
    private AnthropicMessagesFormat()
    {
    }

    public static AnthropicMessagesFormat Instance { get; } = new();

    public ModelApi Api => ModelApi.AnthropicMessages;

    public (ChatRequest? Request, HubError? Error) ReadRequest(JsonElement body) => new MessagesRequestReader().Read(body);

    public void WriteAnswer(ChatAnswer answer, AnswerContext context, IBufferWriter<byte> output) =>
        MessagesAnswerWriter.Write(answer, context, output);

    IFrontWriter IFrontFormat.NewStream(AnswerContext context) => new MessagesStreamWriter(context);

    public HubError? WriteRequest(
        ChatRequest request, string model, int? maxOutput, Utf8JsonWriter output, Warnings warnings) =>
        new MessagesRequestWriter(request, model, maxOutput, output, warnings).Write();

    public ChatAnswer? ReadAnswer(JsonElement body) => VendorJson.Read(body, MessagesAnswerReader.Read);

    IVendorReader IVendorFormat.NewStream() => new MessagesStreamReader();
}
