using System.Globalization;
using static AigneHub.Hub.Tests.Faults.Wire;

namespace AigneHub.Hub.Tests.Faults;

/// <summary>Error statuses with the bodies that vendors send.</summary>
internal static class StatusFaults
{
    private const string Group = "Error status";

    public static IEnumerable<FaultCase> Of(CallKind call) =>
    [
        Case(call, "400 Bad Request", "OpenAI's error", OpenAi("Unsupported value: 'temperature'", "invalid_request_error", "temperature", "unsupported_value")),
        Case(call, "400 Bad Request", "Gemini's list", """[{"error":{"code":400,"message":"Invalid value at 'tools'","status":"INVALID_ARGUMENT"}}]"""),
        Case(call, "400 Bad Request", "Mistral's flat object", """{"object":"error","message":"Invalid model: x","type":"invalid_model","param":null,"code":"1500"}"""),
        Case(call, "400 Bad Request", "error as text", """{"error":"model requires more memory"}"""),
        Case(call, "400 Bad Request", "HTML", "<html><h1>400 Bad Request</h1></html>", "text/html"),
        Case(call, "400 Bad Request", "no body", "", "text/plain"),
        Case(call, "400 Bad Request", "1 MiB of body", OpenAi(new string('x', 1 << 20), "invalid_request_error", null, null)),
        new(Group, "400: body cut", call, SaysAndCloses("HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{\"error\":{\"mess")),
        new(Group, "400: body never ends", call, SaysAndFallsSilent("HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{\"error\":{\"mess")) { Pace = Pace.AgainstSilence },
        Case(call, "401 Unauthorized", "OpenAI's error", OpenAi("Incorrect API key provided: sk-vend***", "invalid_request_error", null, "invalid_api_key")),
        Case(call, "402 Payment Required", "DeepSeek's error", OpenAi("Insufficient Balance", "unknown_error", null, "invalid_request_error")),
        Case(call, "403 Forbidden", "OpenAI's error", OpenAi("You are not allowed to use this model", "invalid_request_error", null, "forbidden")),
        Case(call, "403 Forbidden", "xAI's verdict on the content", """{"code":"permission-denied","error":"Content violates usage guidelines."}"""),
        Case(call, "403 Forbidden", "OpenRouter's moderation", """{"error":{"code":403,"message":"Your input was flagged","metadata":{"reasons":["violence"],"flagged_input":"x"}}}"""),
        Case(call, "403 Forbidden", "HTML of a firewall", "<html>Attention Required! | Cloudflare</html>", "text/html"),
        Case(call, "404 Not Found", "OpenAI's error", OpenAi("The model 'x' does not exist", "invalid_request_error", null, "model_not_found")),
        Case(call, "404 Not Found", "plain text", "404 page not found", "text/plain"),
        Case(call, "408 Request Timeout", "no body", "", "text/plain"),
        Case(call, "409 Conflict", "OpenAI's error", OpenAi("Conflict", "invalid_request_error", null, null)),
        Case(call, "413 Content Too Large", "HTML of nginx", "<html><center>nginx</center></html>", "text/html"),
        Case(call, "415 Unsupported Media Type", "no body", "", "text/plain"),
        Case(call, "422 Unprocessable Entity", "FastAPI's list", """{"detail":[{"type":"extra_forbidden","loc":["body","stream_options"],"msg":"Extra inputs are not permitted"}]}"""),
        Case(call, "429 Too Many Requests", "Retry-After in seconds", OpenAi("Rate limit reached in organization org-1", "tokens", null, "rate_limit_exceeded"), headers: "Retry-After: 17\r\n"),
        Case(call, "429 Too Many Requests", "retry-after-ms", OpenAi("Rate limit reached", "requests", null, "rate_limit_exceeded"), headers: "Retry-After: 9\r\nretry-after-ms: 1500\r\n"),
        Case(call, "429 Too Many Requests", "Retry-After in the past", OpenAi("Rate limit reached", "requests", null, "rate_limit_exceeded"), headers: "Retry-After: Wed, 21 Oct 2015 07:28:00 GMT\r\n"),
        Case(call, "429 Too Many Requests", "Retry-After is nonsense", OpenAi("Rate limit reached", "requests", null, "rate_limit_exceeded"), headers: "Retry-After: soon\r\n"),
        Case(call, "429 Too Many Requests", "one request above the limit", OpenAi("Request too large for gpt-4o in organization org-1 on tokens per min (TPM): Limit 30000, Requested 31538.", "tokens", null, "rate_limit_exceeded")),
        Case(call, "429 Too Many Requests", "the hub's quota is used up", OpenAi("You exceeded your current quota, please check your plan", "insufficient_quota", null, "insufficient_quota")),
        Case(call, "451 Unavailable For Legal Reasons", "no body", "", "text/plain"),
        Case(call, "500 Internal Server Error", "OpenAI's error", OpenAi("The server had an error while processing your request", "server_error", null, null)),
        Case(call, "500 Internal Server Error", "HTML", "<html>oops</html>", "text/html"),
        Case(call, "501 Not Implemented", "no body", "", "text/plain"),
        Case(call, "502 Bad Gateway", "HTML of Cloudflare", "<html>Bad gateway</html>", "text/html"),
        Case(call, "503 Service Unavailable", "OpenAI's error, Retry-After", OpenAi("The engine is currently overloaded", "service_unavailable_error", null, null), headers: "Retry-After: 30\r\n"),
        Case(call, "504 Gateway Timeout", "HTML of nginx", "<html>504 Gateway Time-out</html>", "text/html"),
        Case(call, "520 Unknown", "HTML of Cloudflare", "<html>520</html>", "text/html"),
        Case(call, "524 A Timeout Occurred", "HTML of Cloudflare", "<html>524</html>", "text/html"),
        Case(call, "529 Overloaded", "overloaded_error", """{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"""),
        Case(call, "599 Whatever", "no body", "", "text/plain"),
    ];

    private static FaultCase Case(CallKind call, string status, string body, string text, string type = "application/json", string headers = "") =>
        new(Group, string.Create(CultureInfo.InvariantCulture, $"{status[..3]}: {body}"), call, Says(Whole(text, type, status, headers)));

    private static string OpenAi(string message, string type, string? param, string? code) =>
        $$$"""{"error":{"message":"{{{message}}}","type":"{{{type}}}","param":{{{Text(param)}}},"code":{{{Text(code)}}}}}""";

    private static string Text(string? value) => value is null ? "null" : $"\"{value}\"";
}
