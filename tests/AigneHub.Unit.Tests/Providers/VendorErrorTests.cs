using System.Text;
using AigneHub.Providers;

namespace AigneHub.Unit.Tests.Providers;

public class VendorErrorTests
{
    [Theory]
    [InlineData("""{"error":{"message":"m","type":"invalid_request_error","code":null}}""", "m", 400, true)]
    [InlineData("""{"error":{"message":"m","code":429}}""", "m", 429, false)]
    [InlineData("""{"error":{"message":"m","type":"server_error","code":"1"}}""", "m", 500, true)]
    [InlineData("""{"type":"error","error":{"type":"overloaded_error","message":"m"}}""", "m", 503, true)]
    [InlineData("""[{"error":{"code":400,"message":"m","status":"INVALID_ARGUMENT"}}]""", "m", 400, false)]
    [InlineData("""{"object":"error","message":"m","type":"invalid_request_error"}""", "m", 400, false)]
    [InlineData("""{"error":"m"}""", "m", 500, false)]
    [InlineData("""{"message":"m"}""", "m", 500, false)]
    [InlineData("""{"detail":"m"}""", "m", 500, false)]
    [InlineData("""{"detail":[{"loc":["body"],"msg":"m"},{"msg":"n"},3]}""", "m; n", 500, false)]
    [InlineData("""{"error":{}}""", null, 500, false)]
    [InlineData("""{"error":{"message":"m","code":200}}""", "m", 500, false)]
    public void TryRead_VendorsShapes_AreUnderstood(string body, string? message, int status, bool isOpenAi)
    {
        var error = VendorError.TryRead(Encoding.UTF8.GetBytes(body));

        Assert.Equal(message, error!.Message);
        Assert.Equal(status, error.Status);
        Assert.Equal(isOpenAi ? body : null, error.Document is { } document ? Encoding.UTF8.GetString(document) : null);
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
