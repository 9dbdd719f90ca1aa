using System.Text.Json;

namespace AigneHub.Providers;

/// <summary>
/// A vendor's error document. The vendors that are OpenAI-compatible in their answers are not all so in their errors:
/// beside OpenAI's <c>{"error":{"message","type","code"}}</c> there are <c>{"error":"…"}</c>, <c>{"message":"…"}</c>
/// (Mistral, Cohere), <c>{"detail":"…"}</c> and <c>{"detail":[{"msg":"…"}]}</c> (FastAPI: vLLM, Mistral's 422) and
/// <c>[{"error":{…}}]</c> (Gemini).
/// </summary>
public sealed record VendorError
{
    private const int MessageCharsMax = 4000;

    /// <summary>The vendor's words, bounded; null when it has none.</summary>
    public string? Message { get; private init; }

    /// <summary>The HTTP status that the document names or means, 400 to 599; 500 when it says nothing of the kind.</summary>
    public int Status { get; private init; } = 500;

    /// <summary>The vendor wants money for the hub's own account, under whatever status.</summary>
    public bool IsUnpaid { get; private init; }

    /// <summary>The document as it came, when it has OpenAI's shape.</summary>
    public byte[]? Document { get; private init; }

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
        var message = Text(inner, "message") ?? (hasError ? Text(outer, "error") : null) ?? Detail(outer);
        if (!hasError && message is null)
        {
            return null;
        }

        var code = Text(inner, "code");
        var type = Text(inner, "type");
        return new VendorError
        {
            Message = message is { Length: > MessageCharsMax } ? message[..MessageCharsMax] : message,
            Status = Number(inner, "code") ?? Number(inner, "status") ?? StatusOf(code) ?? StatusOf(type) ?? 500,
            IsUnpaid = IsAboutMoney(code) || IsAboutMoney(type),
            Document = !isArray && hasError && error.ValueKind == JsonValueKind.Object && message is not null && type is not null
                ? body.ToArray()
                : null,
        };
    }

    private static int? StatusOf(string? name) => name switch
    {
        "invalid_request_error" or "invalid_request" or "context_length_exceeded"
            or "content_filter" or "content_policy_violation" => 400,
        "authentication_error" or "invalid_api_key" => 401,
        "permission_error" => 403,
        "not_found_error" or "model_not_found" => 404,
        "timeout" or "timeout_error" => 504,
        "rate_limit_error" or "rate_limit_exceeded" or "too_many_requests" or "insufficient_quota" => 429,
        "overloaded_error" or "overloaded" or "engine_overloaded" or "service_unavailable" => 503,
        _ => null,
    };

    private static bool IsAboutMoney(string? name) =>
        name is "insufficient_quota" or "billing_hard_limit_reached" or "billing_not_active";

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
