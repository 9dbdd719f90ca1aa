using System.Text.Json;
using AigneHub.Core;
using AigneHub.Providers;
using AigneHub.Wire.Cohere;
using AigneHub.Wire.Sse;

namespace AigneHub.Gateway.Fronts.Errors;

/// <summary>Errors as Cohere's clients know them: https://docs.cohere.com/reference/errors.</summary>
internal sealed class CohereErrorFormat : ErrorFormat
{
    public override ErrorShape Shape => ErrorShape.Cohere;

    protected override byte[] Event(HubError error, string requestId) =>
        [.. SseText.DataPrefix, .. Document(error, requestId), .. SseText.EventEnd];

    protected override byte[] Document(HubError error, string requestId) =>
        JsonSerializer.SerializeToUtf8Bytes(new CohereError(requestId, error.Message), CohereJson.Default.CohereError);
}
