using System.Buffers;
using System.Text.Json;
using AigneHub.Core;
using AigneHub.Core.Routing;
using AigneHub.Translation.Model;
using AigneHub.Translation.OpenAi;

namespace AigneHub.Translation.Aigne;

/// <summary>
/// AIGNE's own chat as npm <c>@aigne/aigne-hub</c> 0.10.16 sends and parses it
/// (<see href="https://www.npmjs.com/package/@aigne/aigne-hub"/>; its types: <see href="https://www.npmjs.com/package/@aigne/core"/>).
/// Whether the answer is streamed stands in <c>options.streaming</c>, which is not read here.
/// </summary>
public sealed class AigneChatFormat : IFrontFormat
{
    public ModelApi Api => ModelApi.AigneChat;

    public (ChatRequest? Request, HubError? Error) ReadRequest(JsonElement body) => AigneRequestReader.Read(body);

    public void WriteAnswer(ChatAnswer answer, AnswerContext context, IBufferWriter<byte> output)
    {
        using var writer = new Utf8JsonWriter(output, ChatAnswerWriter.Options);
        AigneAnswerWriter.Write(answer, context, writer);
    }

    public IFrontWriter NewStream(AnswerContext context) => new AigneStreamWriter(context);
}
