using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using AigneHub.Providers.Gemini;

namespace AigneHub.Providers;

/// <summary>
/// A vendor's error document. Beside OpenAI's <c>{"error":{"message","type","code"}}</c>, Anthropic's
/// <c>{"type":"error","error":{"type","message"}}</c> and Gemini's <c>{"error":{"code","message","status","details"}}</c>
/// there are, of vendors that are OpenAI-compatible in their answers alone, <c>{"error":"…"}</c>, <c>{"message":"…"}</c>
/// (Mistral, Cohere, Bedrock; <c>Message</c> from AWS's gate before it), <c>{"detail":"…"}</c> and
/// <c>{"detail":[{"msg":"…"}]}</c> (FastAPI: vLLM, Mistral's 422) and <c>[{"error":{…}}]</c> (Gemini).
/// </summary>
public sealed partial record VendorError
{
    private const int MessageCharsMax = 4000;
    private const int SecretCharsMin = 8;
    private const int AnthropicOverloaded = 529;

    // Sent as an invalid_request_error under status 400 (anthropics/claude-quickstarts#229).
    private const string AnthropicUnpaid = "Your credit balance is too low";

    /// <summary>The vendor's words, bounded; null when it has none.</summary>
    public string? Message { get; private init; }

    /// <summary>The HTTP status that the document names or means, 400 to 599; 500 when it says nothing of the kind.</summary>
    public int Status { get; private init; } = 500;

    /// <summary>The vendor wants money for the hub's own account, under whatever status.</summary>
    public bool IsUnpaid { get; private init; }

    /// <summary>
    /// The status (400, 413) of a verdict on the request that vendors send under one that blames the hub's key or its rate:
    /// flagged content under 403, a request larger than the limit of a minute under 429. Null: it is no such verdict.
    /// </summary>
    public int? Verdict { get; private init; }

    /// <summary>How long the vendor asks to wait in the document, more than zero and at most a day; null when it does not.</summary>
    public TimeSpan? RetryAfter { get; private init; }

    /// <summary>Which clients may be handed <see cref="Document"/>.</summary>
    public ErrorShape Shape { get; private init; }

    /// <summary>The document as it came; null when its <see cref="Shape"/> is <see cref="ErrorShape.None"/>.</summary>
    public byte[]? Document { get; private init; }

    /// <summary>Whether the vendor quotes a secret; what is shorter than 8 characters is none.</summary>
    public bool Quotes(string secret) => secret.Length >= SecretCharsMin
        && (Message?.Contains(secret, StringComparison.Ordinal) == true
            || Document.AsSpan().IndexOf(Encoding.UTF8.GetBytes(secret)) >= 0);

    /// <summary>An answer without what was asked for: the vendor's filters, or the model, have refused the request.</summary>
    /// <param name="message">For the caller.</param>
    public static VendorError OfRefusal(string message) =>
        new() { Message = message.Length > MessageCharsMax ? message[..MessageCharsMax] : message, Status = 400, Verdict = 400 };

    /// <summary>Null when it is no JSON object with an error in it.</summary>
    public static VendorError? TryRead(ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            using var document = JsonDocument.ParseValue(ref reader);
            return Read(document.RootElement, body);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a text with half a surrogate pair, such as an emoji that was cut.
            return null;
        }
    }

    /// <summary>Reads the error that stands within an answer which says of itself that it failed.</summary>
    /// <param name="error">Its value; empty when there is none.</param>
    internal static VendorError OfFailure(ReadOnlySpan<byte> error) =>
        (error.IsEmpty ? null : TryRead(error)) is { } said
            ? said with { Document = null, Shape = ErrorShape.None }
            : new VendorError();

    private static VendorError? Read(JsonElement root, ReadOnlySpan<byte> body)
    {
        var isArray = root.ValueKind == JsonValueKind.Array && root.GetArrayLength() > 0;
        var outer = isArray ? root[0] : root;
        if (outer.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        var hasError = outer.TryGetProperty("error", out var error) && error.ValueKind != JsonValueKind.Null;
        var inner = hasError && error.ValueKind == JsonValueKind.Object ? error : outer;
        var message = Text(inner, "message") ?? Text(inner, "Message") ?? (hasError ? Text(outer, "error") : null) ?? Detail(outer);
        if (!hasError && message is null)
        {
            return null;
        }

        var code = Text(inner, "code");
        var type = Text(inner, "type");
        var details = GoogleErrorDetails.Read(inner);
        var shape = isArray || !hasError || error.ValueKind != JsonValueKind.Object || message is null
            ? ErrorShape.None
            : ShapeOf(outer, inner);
        var tooLarge = IsTooLarge(message);
        if (tooLarge)
        {
            // It names the hub's account.
            message = Organization().Replace(message!, "");
            shape = ErrorShape.None;
        }

        var status = Number(inner, "code") ?? Number(inner, "status")
            ?? StatusOf(code) ?? StatusOf(type) ?? StatusOf(Text(inner, "status")) ?? 500;
        return new VendorError
        {
            Message = message is { Length: > MessageCharsMax } ? message[..MessageCharsMax] : message,
            Status = details.IsKeyInvalid ? 401 : status == AnthropicOverloaded ? 503 : status,
            IsUnpaid = status == 402 || IsAboutMoney(code) || IsAboutMoney(type)
                || (message?.StartsWith(AnthropicUnpaid, StringComparison.OrdinalIgnoreCase) ?? false),
            Verdict = tooLarge ? 413 : IsAboutContent(inner, code, type, message) ? 400 : null,
            RetryAfter = details.RetryAfter,
            Shape = shape,
            Document = shape == ErrorShape.None ? null : body.ToArray(),
        };
    }

    private static ErrorShape ShapeOf(JsonElement outer, JsonElement error)
    {
        if (Text(error, "type") is not null)
        {
            // Events of OpenAI's Responses API have an outer type, too, but a code and a parameter within.
            var isAnthropic = Text(outer, "type") == "error"
                && !error.TryGetProperty("code", out _) && !error.TryGetProperty("param", out _);
            return isAnthropic ? ErrorShape.Anthropic : ErrorShape.OpenAi;
        }

        return Number(error, "code") is not null && Text(error, "status") is not null ? ErrorShape.Gemini : ErrorShape.None;
    }

    // Names of OpenAI, Anthropic (https://docs.claude.com/en/api/errors) and Google
    // (https://cloud.google.com/apis/design/errors#handling_errors).
    private static int? StatusOf(string? name) => name switch
    {
        "invalid_request_error" or "invalid_request" or "context_length_exceeded" or "content_filter"
            or "content_policy_violation" or "INVALID_ARGUMENT" or "FAILED_PRECONDITION" or "OUT_OF_RANGE" => 400,
        "authentication_error" or "invalid_api_key" or "UNAUTHENTICATED" => 401,
        "billing_error" => 402,
        "permission_error" or "PERMISSION_DENIED" => 403,
        "not_found_error" or "model_not_found" or "NOT_FOUND" => 404,
        "conflict_error" or "ABORTED" or "ALREADY_EXISTS" => 409,
        "request_too_large" => 413,
        "rate_limit_error" or "rate_limit_exceeded" or "too_many_requests" or "insufficient_quota" or "RESOURCE_EXHAUSTED" => 429,
        "UNIMPLEMENTED" => 501,
        "overloaded_error" or "overloaded" or "engine_overloaded" or "service_unavailable" or "UNAVAILABLE" => 503,
        "timeout" or "timeout_error" or "DEADLINE_EXCEEDED" => 504,
        _ => null,
    };

    private static bool IsAboutMoney(string? name) =>
        name is "insufficient_quota" or "billing_hard_limit_reached" or "billing_not_active" or "billing_error";

    /// <summary>
    /// xAI's flat <c>{"code":"permission-denied","error":"Content violates usage guidelines."}</c>, whose code also stands for
    /// a key without access; and the metadata of OpenRouter's moderation
    /// (https://openrouter.ai/docs/api/reference/errors-and-debugging#moderation-errors).
    /// </summary>
    private static bool IsAboutContent(JsonElement inner, string? code, string? type, string? message) =>
        code is "content_policy_violation" or "content_filter" || type is "content_policy_violation" or "content_filter"
        || (message?.Contains("violates usage guidelines", StringComparison.OrdinalIgnoreCase) ?? false)
        || (inner.TryGetProperty("metadata", out var metadata) && metadata.ValueKind == JsonValueKind.Object
            && (Text(metadata, "flagged_input") is not null
                || (metadata.TryGetProperty("reasons", out var reasons) && reasons.ValueKind == JsonValueKind.Array)));

    /// <summary>OpenAI's and Groq's words for one request above the tokens of a minute: no wait lets it through.</summary>
    private static bool IsTooLarge(string? message) =>
        message is not null && message.StartsWith("Request too large", StringComparison.OrdinalIgnoreCase)
        && message.Contains("Limit ", StringComparison.Ordinal) && message.Contains("Requested ", StringComparison.Ordinal);

    [GeneratedRegex(@" in organization \S+", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Organization();

    private static string? Text(JsonElement owner, string name) =>
        owner.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text
            ? text
            : null;

    private static int? Number(JsonElement owner, string name) =>
        owner.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number
            && value.TryGetInt32(out var number) && number is >= 400 and <= 599
            ? number
            : null;

    private static string? Detail(JsonElement owner)
    {
        if (!owner.TryGetProperty("detail", out var detail))
        {
            return null;
        }

        return detail.ValueKind switch
        {
            JsonValueKind.String => detail.GetString(),
            JsonValueKind.Object => Text(detail, "message"),
            JsonValueKind.Array => string.Join("; ", detail.EnumerateArray()
                .Where(d => d.ValueKind == JsonValueKind.Object).Select(d => Text(d, "msg")).OfType<string>()),
            _ => null,
        };
    }
}
