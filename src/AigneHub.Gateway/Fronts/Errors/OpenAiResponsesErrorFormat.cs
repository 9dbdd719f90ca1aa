using System.Text.Json;
using AigneHub.Core;
using AigneHub.Wire.OpenAi;
using AigneHub.Wire.Sse;

namespace AigneHub.Gateway.Fronts.Errors;

/// <summary>
/// In a stream of the Responses API an error is an event of its own:
/// https://platform.openai.com/docs/api-reference/responses-streaming/error.
/// </summary>
internal sealed class OpenAiResponsesErrorFormat : OpenAiErrorFormat
{
    // Its number in the sequence can't be known without reading every event; clients don't look at an error's.
    private const int SequenceNumber = 0;

    protected override byte[] Event(HubError error, string requestId) =>
    [
        .. "event: error\n"u8, .. SseText.DataPrefix,
        .. JsonSerializer.SerializeToUtf8Bytes(
            new OpenAiErrorEvent(error.Code, error.Message, error.Param, SequenceNumber), OpenAiJson.Default.OpenAiErrorEvent),
        .. SseText.EventEnd,
    ];
}
