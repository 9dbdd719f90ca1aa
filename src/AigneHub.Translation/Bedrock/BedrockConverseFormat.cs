using System.Text.Json;
using AigneHub.Core;
using AigneHub.Core.Routing;
using AigneHub.Translation.Model;
using AigneHub.Translation.Reading;

namespace AigneHub.Translation.Bedrock;

/// <summary>
/// Amazon Bedrock's Converse API as a vendor's
/// (<see href="https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html"/>,
/// <see href="https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html"/>). The model and
/// whether to stream are in the call's path, not in its body.
/// </summary>
public sealed class BedrockConverseFormat : IVendorFormat
{
    private BedrockConverseFormat()
    {
    }

    public static BedrockConverseFormat Instance { get; } = new();

    public ModelApi Api => ModelApi.BedrockConverse;

    public HubError? WriteRequest(
        ChatRequest request, string model, int? maxOutput, Utf8JsonWriter output, Warnings warnings) =>
        new ConverseRequestWriter(request, model, maxOutput, output, warnings).Write();

    public ChatAnswer? ReadAnswer(JsonElement body) => VendorJson.Read(body, ConverseAnswerReader.Read);

    /// <summary>
    /// Its events are objects whose only member is named after the frame's event type, e.g.
    /// <c>{"contentBlockDelta":{…}}</c>.
    /// </summary>
    public IVendorReader NewStream() => new ConverseStreamReader();
}
