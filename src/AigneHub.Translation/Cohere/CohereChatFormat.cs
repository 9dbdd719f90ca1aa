using System.Text.Json;
using AigneHub.Core;
using AigneHub.Core.Routing;
using AigneHub.Translation.Model;
using AigneHub.Translation.Reading;

namespace AigneHub.Translation.Cohere;

/// <summary>Cohere's chat, version 2 (<see href="https://docs.cohere.com/reference/chat"/>), as a vendor.</summary>
public sealed class CohereChatFormat : IVendorFormat
{
    private CohereChatFormat()
    {
    }

    public static CohereChatFormat Instance { get; } = new();

    public ModelApi Api => ModelApi.CohereChat;

    public HubError? WriteRequest(ChatRequest request, string model, int? maxOutput, Utf8JsonWriter output, Warnings warnings) =>
        CohereRequestWriter.Write(request, model, output, warnings);

    public ChatAnswer? ReadAnswer(JsonElement body) => VendorJson.Read(body, CohereAnswerReader.Read);

    public IVendorReader NewStream() => new CohereStreamReader();
}
