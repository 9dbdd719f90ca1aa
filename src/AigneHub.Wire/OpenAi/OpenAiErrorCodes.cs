namespace AigneHub.Wire.OpenAi;

/// <summary>The values of <c>error.code</c> that OpenAI's clients and users know.</summary>
public static class OpenAiErrorCodes
{
    public const string ModelNotFound = "model_not_found";
    public const string RateLimitExceeded = "rate_limit_exceeded";
    public const string UnknownUrl = "unknown_url";
}
