using System.Buffers;
using System.Text.Json;
using AigneHub.Core;
using AigneHub.Core.Routing;
using AigneHub.Providers;
using AigneHub.Translation.Model;
using AigneHub.Translation.Reading;

namespace AigneHub.Translation.OpenAi;

/// <summary>
/// OpenAI's chat completions (<see href="https://platform.openai.com/docs/api-reference/chat"/>) and the vendors that follow
/// them.
/// </summary>
public sealed class OpenAiChatFormat(OpenAiChatTraits traits) : IFrontFormat, IVendorFormat
{
    /// <summary>OpenAI's own: the front, and the vendor.</summary>
    public static OpenAiChatFormat Instance { get; } = new(new OpenAiChatTraits());

    public ModelApi Api => ModelApi.OpenAiChat;

    /// <summary>As this vendor has it.</summary>
    /// <param name="row">Null: a vendor that is configured by hand.</param>
    public static OpenAiChatFormat For(ProviderRow? row) => new(OpenAiChatTraits.Of(row));

    public (ChatRequest? Request, HubError? Error) ReadRequest(JsonElement body) => ChatRequestReader.Read(body);

    public void WriteAnswer(ChatAnswer answer, AnswerContext context, IBufferWriter<byte> output) =>
        ChatAnswerWriter.Write(answer, context, output);

    public IFrontWriter NewStream(AnswerContext context) => new ChatStreamWriter(context);

    public HubError? WriteRequest(ChatRequest request, string model, int? maxOutput, Utf8JsonWriter output, Warnings warnings) =>
        ChatRequestWriter.Write(request, model, traits, output, warnings);

    public ChatAnswer? ReadAnswer(JsonElement body) => VendorJson.Read(body, whole => ChatAnswerReader.Read(whole, traits.Quirks));

    public IVendorReader NewStream() => new ChatStreamReader(traits.Quirks);
}
