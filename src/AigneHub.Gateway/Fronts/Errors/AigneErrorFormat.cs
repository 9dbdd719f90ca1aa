using System.Text.Json;
using AigneHub.Core;
using AigneHub.Providers;
using AigneHub.Wire.Aigne;
using AigneHub.Wire.Sse;

namespace AigneHub.Gateway.Fronts.Errors;

/// <summary>Errors as AIGNE's clients know them: an object <c>error</c>, whole or as an event's data.</summary>
internal class AigneErrorFormat : ErrorFormat
{
    private const string WantOfCredits = "NOT_ENOUGH";

    public override ErrorShape Shape => ErrorShape.Aigne;

    /// <summary>What AIGNE's clients tell errors by.</summary>
    public static string TypeOf(HubError error) => error.Status == 402 ? WantOfCredits : error.Code;

    protected override byte[] Event(HubError error, string requestId) =>
        [.. SseText.DataPrefix, .. Document(error, requestId), .. SseText.EventEnd];

    protected override byte[] Document(HubError error, string requestId) => JsonSerializer.SerializeToUtf8Bytes(
        new AigneErrorBody(new AigneError(
            error.Message, TypeOf(error), HubIds.TimeOf(Guid.ParseExact(requestId, "N")), error.Code, error.Param, error.Shortage?.Link,
            ShortageOf(error))),
        AigneJson.Default.AigneErrorBody);
}
