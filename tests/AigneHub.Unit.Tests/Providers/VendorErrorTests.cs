using System.Text;
using AigneHub.Providers;

namespace AigneHub.Unit.Tests.Providers;

public class VendorErrorTests
{
    [Theory]
    [InlineData("""{"error":{"message":"m","type":"invalid_request_error","code":null}}""", "m", 400, ErrorShape.OpenAi)]
    [InlineData("""{"error":{"message":"m","code":429}}""", "m", 429, ErrorShape.None)]
    [InlineData("""{"error":{"message":"m","type":"server_error","code":"1"}}""", "m", 500, ErrorShape.OpenAi)]
    [InlineData("""{"type":"error","sequence_number":2,"error":{"type":"server_error","code":"server_error","message":"m","param":null}}""", "m", 500, ErrorShape.OpenAi)]
    [InlineData("""{"type":"error","code":"rate_limit_exceeded","message":"m","param":null}""", "m", 429, ErrorShape.None)]
    [InlineData("""{"type":"error","error":{"type":"overloaded_error","message":"m"},"request_id":"req_1"}""", "m", 503, ErrorShape.Anthropic)]
    [InlineData("""{"type":"error","error":{"type":"rate_limit_error","message":"m"}}""", "m", 429, ErrorShape.Anthropic)]
    [InlineData("""{"type":"error","error":{"type":"billing_error","message":"m"}}""", "m", 402, ErrorShape.Anthropic)]
    [InlineData("""{"type":"error","error":{"type":"authentication_error","message":"m"}}""", "m", 401, ErrorShape.Anthropic)]
    [InlineData("""{"type":"error","error":{"type":"permission_error","message":"m"}}""", "m", 403, ErrorShape.Anthropic)]
    [InlineData("""{"type":"error","error":{"type":"not_found_error","message":"m"}}""", "m", 404, ErrorShape.Anthropic)]
    [InlineData("""{"type":"error","error":{"type":"request_too_large","message":"m"}}""", "m", 413, ErrorShape.Anthropic)]
    [InlineData("""{"type":"error","error":{"type":"api_error","message":"m"}}""", "m", 500, ErrorShape.Anthropic)]
    [InlineData("""{"error":{"code":529,"message":"m","status":"x"}}""", "m", 503, ErrorShape.Gemini)]
    [InlineData("""{"error":{"code":400,"message":"m","status":"INVALID_ARGUMENT"}}""", "m", 400, ErrorShape.Gemini)]
    [InlineData("""[{"error":{"code":400,"message":"m","status":"INVALID_ARGUMENT"}}]""", "m", 400, ErrorShape.None)]
    [InlineData("""{"error":{"code":8,"message":"m","status":"RESOURCE_EXHAUSTED"}}""", "m", 429, ErrorShape.None)]
    [InlineData("""{"error":{"message":"m","status":"PERMISSION_DENIED"}}""", "m", 403, ErrorShape.None)]
    [InlineData("""{"error":{"message":"m","status":"UNAUTHENTICATED"}}""", "m", 401, ErrorShape.None)]
    [InlineData("""{"error":{"message":"m","status":"NOT_FOUND"}}""", "m", 404, ErrorShape.None)]
    [InlineData("""{"error":{"message":"m","status":"UNAVAILABLE"}}""", "m", 503, ErrorShape.None)]
    [InlineData("""{"error":{"message":"m","status":"DEADLINE_EXCEEDED"}}""", "m", 504, ErrorShape.None)]
    [InlineData("""{"error":{"message":"m","status":"INTERNAL"}}""", "m", 500, ErrorShape.None)]
    [InlineData("""{"error":{"code":400,"message":"m","status":"INVALID_ARGUMENT","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_INVALID"}]}}""", "m", 401, ErrorShape.Gemini)]
    [InlineData("""{"object":"error","message":"m","type":"invalid_request_error"}""", "m", 400, ErrorShape.None)]
    [InlineData("""{"error":"m"}""", "m", 500, ErrorShape.None)]
    [InlineData("""{"message":"m"}""", "m", 500, ErrorShape.None)]
    [InlineData("""{"Message":"m"}""", "m", 500, ErrorShape.None)]
    [InlineData("""{"detail":"m"}""", "m", 500, ErrorShape.None)]
    [InlineData("""{"detail":[{"loc":["body"],"msg":"m"},{"msg":"n"},3]}""", "m; n", 500, ErrorShape.None)]
    [InlineData("""{"error":{}}""", null, 500, ErrorShape.None)]
    [InlineData("""{"error":{"message":"m","code":200}}""", "m", 500, ErrorShape.None)]
    public void TryRead_VendorsShapes_AreUnderstood(string body, string? message, int status, ErrorShape shape)
    {
        var error = VendorError.TryRead(Encoding.UTF8.GetBytes(body));

        Assert.Equal((message, status, shape), (error!.Message, error.Status, error.Shape));
        Assert.Equal(shape == ErrorShape.None ? null : body, error.Document is { } document ? Encoding.UTF8.GetString(document) : null);
    }

    [Theory]
    [InlineData("34s", 34000)]
    [InlineData("34.4s", 34400)]
    [InlineData("0.0001s", 1)]
    [InlineData("0s", null)]
    [InlineData("-1s", null)]
    [InlineData("86401s", null)]
    [InlineData("1e9s", null)]
    [InlineData("34", null)]
    [InlineData("s", null)]
    public void TryRead_RetryDelay_IsATimeOfAtMostADay(string delay, int? milliseconds)
    {
        var body = $$$"""{"error":{"code":429,"message":"m","status":"RESOURCE_EXHAUSTED","details":[7,{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"{{{delay}}}"},{}]}}""";

        Assert.Equal(milliseconds, VendorError.TryRead(Encoding.UTF8.GetBytes(body))!.RetryAfter?.TotalMilliseconds);
    }

    [Theory]
    [InlineData("""{"type":"error","error":{"type":"invalid_request_error","message":"Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing."}}""")]
    [InlineData("""{"type":"error","error":{"type":"billing_error","message":"m"}}""")]
    [InlineData("""{"error":{"code":402,"message":"m","status":"RESOURCE_EXHAUSTED"}}""")]
    public void TryRead_VendorWantsMoney_IsUnpaid(string body) =>
        Assert.True(VendorError.TryRead(Encoding.UTF8.GetBytes(body))!.IsUnpaid);

    [Theory]
    [InlineData("""{"code":"permission-denied","error":"Content violates usage guidelines. Failed check: SAFETY_CHECK_TYPE_BIO"}""", 400)]
    [InlineData("""{"error":{"message":"Input flagged","code":403,"metadata":{"reasons":["violence"],"flagged_input":"x","provider_name":"OpenAI"}}}""", 400)]
    [InlineData("""{"error":{"message":"m","type":"invalid_request_error","code":"content_policy_violation"}}""", 400)]
    [InlineData("""{"error":{"message":"Request too large for gpt-4o in organization org-1 on tokens per min (TPM): Limit 30000, Requested 31538.","type":"tokens","code":"rate_limit_exceeded"}}""", 413)]
    [InlineData("""{"error":{"message":"Rate limit reached for gpt-4o on tokens per min (TPM): Limit 30000, Used 29000, Requested 1538.","type":"tokens","code":"rate_limit_exceeded"}}""", null)]
    [InlineData("""{"code":"permission-denied","error":"Access to the chat endpoint is denied"}""", null)]
    [InlineData("""{"error":{"message":"m","code":403,"metadata":{"provider_name":"OpenAI"}}}""", null)]
    public void TryRead_VerdictUnderAStatusThatBlamesTheHub_IsKnown(string body, int? verdict)
    {
        var error = VendorError.TryRead(Encoding.UTF8.GetBytes(body))!;

        Assert.Equal(verdict, error.Verdict);
        Assert.DoesNotContain(verdict == 413 ? "org-1" : "none", error.Message, StringComparison.Ordinal);
        Assert.Equal(verdict == 413, error.Document is null && error.Message!.Contains("TPM", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>")]
    [InlineData("[]")]
    [InlineData("[3]")]
    [InlineData("7")]
    [InlineData("{}")]
    [InlineData("""{"error":null}""")]
    [InlineData("""{"error":{"message":"m"}""")]
    [InlineData("""{"error":{"message":"cut \ud83d"}}""")]
    [InlineData("""{"choices":[{"message":{"content":"hi"}}]}""")]
    public void TryRead_NoError_IsNull(string body) => Assert.Null(VendorError.TryRead(Encoding.UTF8.GetBytes(body)));

    [Theory]
    [InlineData("insufficient_quota", true)]
    [InlineData("rate_limit_exceeded", false)]
    public void TryRead_QuotaOfTheHub_IsUnpaid(string code, bool unpaid) =>
        Assert.Equal(unpaid, VendorError.TryRead(Encoding.UTF8.GetBytes($$$"""{"error":{"message":"m","code":"{{{code}}}"}}"""))!.IsUnpaid);
}
