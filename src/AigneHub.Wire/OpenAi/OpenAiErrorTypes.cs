namespace AigneHub.Wire.OpenAi;

/// <summary>The values of <c>error.type</c> that OpenAI's clients and users know.</summary>
public static class OpenAiErrorTypes
{
    public const string InvalidRequest = "invalid_request_error";
    public const string RateLimit = "rate_limit_error";
    public const string InsufficientQuota = "insufficient_quota";
    public const string Server = "server_error";
}
