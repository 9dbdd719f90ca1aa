using System.Globalization;
using System.Text.Json;
using AigneHub.Core;
using AigneHub.Wire.OpenAi;
using AigneHub.Wire.Sse;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Gateway.Fronts.OpenAi;

/// <summary>Errors as OpenAI's clients know them: https://platform.openai.com/docs/guides/error-codes.</summary>
internal static class OpenAiErrors
{
    public static Task WriteAsync(HttpResponse response, HubError error, CancellationToken cancellationToken)
    {
        response.StatusCode = error.Status;
        response.ContentType = "application/json";
        if (error.RetryAfter is { } delay)
        {
            response.Headers.RetryAfter = Math.Ceiling(delay.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }

        var body = JsonSerializer.SerializeToUtf8Bytes(Document(error), OpenAiJson.Default.OpenAiErrorBody);
        response.ContentLength = body.Length;
        return response.Body.WriteAsync(body, cancellationToken).AsTask();
    }

    public static byte[] StreamEvent(HubError error)
    {
        var document = JsonSerializer.SerializeToUtf8Bytes(Document(error), OpenAiJson.Default.OpenAiErrorBody);
        return [.. SseText.DataPrefix, .. document, .. SseText.EventEnd];
    }

    private static OpenAiErrorBody Document(HubError error) =>
        new(new OpenAiError(error.Message, TypeOf(error), error.Param, error.Code));

    private static string TypeOf(HubError error) => error.Status switch
    {
        402 => OpenAiErrorTypes.InsufficientQuota,
        429 => OpenAiErrorTypes.RateLimit,
        < 500 => OpenAiErrorTypes.InvalidRequest,
        _ => OpenAiErrorTypes.Server,
    };
}
