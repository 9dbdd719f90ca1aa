using System.Globalization;
using System.Text.Json;
using AigneHub.Core;
using AigneHub.Providers;
using AigneHub.Wire.Gemini;
using AigneHub.Wire.Sse;

namespace AigneHub.Gateway.Fronts.Errors;

/// <summary>Errors as Google's clients know them: https://cloud.google.com/apis/design/errors.</summary>
internal sealed class GeminiErrorFormat : ErrorFormat
{
    public override ErrorShape Shape => ErrorShape.Gemini;

    protected override byte[] Event(HubError error, string requestId) =>
        [.. SseText.DataPrefix, .. Document(error, requestId), .. SseText.EventEnd];

    protected override byte[] Document(HubError error, string requestId)
    {
        List<GeminiErrorDetail> details =
        [
            new()
            {
                Type = "type.googleapis.com/google.rpc.ErrorInfo", Reason = error.Code.ToUpperInvariant(), Domain = "aignehub",
                Metadata = error.Shortage is { } lacks ? MetadataOf(lacks) : null,
            },
        ];
        if (error.RetryAfter is { } delay)
        {
            var seconds = Math.Ceiling(delay.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            details.Add(new GeminiErrorDetail { Type = "type.googleapis.com/google.rpc.RetryInfo", RetryDelay = $"{seconds}s" });
        }

        return JsonSerializer.SerializeToUtf8Bytes(
            new GeminiErrorBody(new GeminiError(error.Status, error.Message, StatusOf(error.Status), details)),
            GeminiJson.Default.GeminiErrorBody);
    }

    private static Dictionary<string, string> MetadataOf(CreditShortage lacks)
    {
        var metadata = new Dictionary<string, string>
        {
            ["purse"] = lacks.Purse,
            ["needed"] = lacks.Needed,
            ["available"] = lacks.Available,
            ["unit"] = lacks.Unit,
        };
        if (lacks.AffordableTokens is { } tokens)
        {
            metadata["affordableTokens"] = tokens.ToString(CultureInfo.InvariantCulture);
        }

        if (lacks.Link is { } link)
        {
            metadata["link"] = link;
        }

        return metadata;
    }

    private static string StatusOf(int status) => status switch
    {
        401 => "UNAUTHENTICATED",
        402 => "FAILED_PRECONDITION",
        403 => "PERMISSION_DENIED",
        404 => "NOT_FOUND",
        429 => "RESOURCE_EXHAUSTED",
        503 => "UNAVAILABLE",
        504 => "DEADLINE_EXCEEDED",
        < 500 => "INVALID_ARGUMENT",
        _ => "INTERNAL",
    };
}
