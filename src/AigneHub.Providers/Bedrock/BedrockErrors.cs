namespace AigneHub.Providers.Bedrock;

/// <summary>
/// What Bedrock's exceptions mean, which stand in the header <c>x-amzn-errortype</c> of an answer
/// (<see href="https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModel.html"/>,
/// <see href="https://docs.aws.amazon.com/bedrock/latest/APIReference/CommonErrors.html"/>) or in a stream
/// (<see href="https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ResponseStream.html"/>), in lower case there.
/// </summary>
internal static class BedrockErrors
{
    public const string TypeHeader = "x-amzn-errortype";

    /// <summary>
    /// The status that says the same without the exception's name: some statuses blame the request for others' faults.
    /// </summary>
    /// <param name="type">Of the header: a name, behind which more may follow after a colon; null when there is none.</param>
    public static int StatusOf(int status, string? type) => NameOf(type) switch
    {
        "servicequotaexceededexception" => 429,
        "modelerrorexception" => 502,
        "incompletesignature" or "missingauthenticationtoken" or "missingauthenticationtokenexception"
            or "unrecognizedclientexception" or "invalidsignatureexception" or "expiredtokenexception" or "requestexpired"
            => 401,
        _ => status,
    };

    /// <summary>The type of Anthropic's errors (<see href="https://docs.claude.com/en/api/errors"/>) that says the same.</summary>
    public static string AnthropicTypeOf(string? type) => NameOf(type) switch
    {
        "throttlingexception" or "servicequotaexceededexception" => "rate_limit_error",
        "validationexception" => "invalid_request_error",
        "accessdeniedexception" => "permission_error",
        "resourcenotfoundexception" => "not_found_error",
        "serviceunavailableexception" or "modelnotreadyexception" => "overloaded_error",
        "modeltimeoutexception" => "timeout_error",
        _ => "api_error",
    };

    private static string? NameOf(string? type) => type?.Split(':', 2)[0].ToLowerInvariant();
}
