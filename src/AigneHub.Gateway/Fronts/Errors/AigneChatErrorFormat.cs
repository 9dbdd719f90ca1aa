using System.Text.Json;
using AigneHub.Core;
using AigneHub.Wire.Aigne;
using AigneHub.Wire.Sse;

namespace AigneHub.Gateway.Fronts.Errors;

/// <summary>In a stream of AIGNE's chat an error is a named event; any other event with an error in it ends as an empty answer.</summary>
internal sealed class AigneChatErrorFormat : AigneErrorFormat
{
    protected override byte[] Event(HubError error, string requestId) =>
    [
        .. "event: error\n"u8, .. SseText.DataPrefix,
        .. JsonSerializer.SerializeToUtf8Bytes(new AigneErrorEvent(error.Message, TypeOf(error)), AigneJson.Default.AigneErrorEvent),
        .. SseText.EventEnd,
    ];
}
