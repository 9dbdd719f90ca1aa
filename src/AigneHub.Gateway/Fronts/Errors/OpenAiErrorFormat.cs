using System.Text.Json;
using AigneHub.Core;
using AigneHub.Providers;
using AigneHub.Wire.OpenAi;
using AigneHub.Wire.Sse;

namespace AigneHub.Gateway.Fronts.Errors;

/// <summary>Errors as OpenAI's clients know them: https://platform.openai.com/docs/guides/error-codes.</summary>
internal class OpenAiErrorFormat : ErrorFormat
{
    public override ErrorShape Shape => ErrorShape.OpenAi;

    protected override byte[] Event(HubError error, string requestId) =>
        [.. SseText.DataPrefix, .. Document(error, requestId), .. SseText.EventEnd];

    protected override byte[] Document(HubError error, string requestId) => JsonSerializer.SerializeToUtf8Bytes(
        new OpenAiErrorBody(
            new OpenAiError(error.Message, TypeOf(error), error.Param, error.Code) { Shortage = ShortageOf(error) }),
        OpenAiJson.Default.OpenAiErrorBody);

    private static string TypeOf(HubError error) => error.Status switch
    {
        402 => OpenAiErrorTypes.InsufficientQuota,
        429 => OpenAiErrorTypes.RateLimit,
        < 500 => OpenAiErrorTypes.InvalidRequest,
        _ => OpenAiErrorTypes.Server,
    };
}
