using System.Text.Json;
using AigneHub.Core;
using AigneHub.Providers;
using AigneHub.Wire.Anthropic;
using AigneHub.Wire.Sse;

namespace AigneHub.Gateway.Fronts.Errors;

/// <summary>Errors as Anthropic's clients know them: https://docs.claude.com/en/api/errors.</summary>
internal sealed class AnthropicErrorFormat : ErrorFormat
{
    public override ErrorShape Shape => ErrorShape.Anthropic;

    protected override byte[] Event(HubError error, string requestId) =>
        [.. "event: error\n"u8, .. SseText.DataPrefix, .. Document(error, requestId), .. SseText.EventEnd];

    protected override byte[] Document(HubError error, string requestId) => JsonSerializer.SerializeToUtf8Bytes(
        new AnthropicErrorBody(
            new AnthropicError(TypeOf(error.Status), $"{error.Message} ({error.Code})") { Shortage = ShortageOf(error) }, requestId),
        AnthropicJson.Default.AnthropicErrorBody);

    private static string TypeOf(int status) => status switch
    {
        401 => "authentication_error",
        402 => "billing_error",
        403 => "permission_error",
        404 => "not_found_error",
        413 => "request_too_large",
        429 => "rate_limit_error",
        503 => "overloaded_error",
        504 => "timeout_error",
        < 500 => "invalid_request_error",
        _ => "api_error",
    };
}
