using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AigneHub.Core.Routing;
using AigneHub.Providers.Upstream;
using AigneHub.Unit.Tests.Wire;

namespace AigneHub.Unit.Tests.Providers.Upstream;

public sealed class BedrockCallTests
{
    private const string Model = "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-sonnet-4-5-20250929-v1:0";
    private const string Secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    private static readonly UpstreamOptions Options = new() { UseProxy = false };

    [Theory]
    [InlineData("", "us-east-1")]
    [InlineData(",\"region\":\"eu-west-3\"", "eu-west-3")]
    [InlineData(",\"sessionToken\":\"t0ken==\"", "us-east-1")]
    public async Task Send_AccessKey_SignsWhatIsSent(string more, string region)
    {
        await using var upstream = RawUpstream.Answering(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");
        using var client = new UpstreamClient(Options, TimeProvider.System);

        using var response = await SendAsync(
            client, upstream, CredentialKind.AwsAccessKey,
            $$"""{"accessKeyId":"AKIAIOSFODNN7EXAMPLE","secretAccessKey":"{{Secret}}"{{more}}}""", stream: false);

        Assert.Equal(200, response.Status);
        Assert.StartsWith(
            "POST /model/arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Ainference-profile%2Fus.anthropic.claude-sonnet-4-5-20250929-v1%3A0/invoke HTTP/1.1",
            upstream.Request, StringComparison.Ordinal);
        Assert.Equal(Signature(upstream.Request, region), Header(upstream.Request, "Authorization"));
        Assert.Equal(more.Contains("t0ken", StringComparison.Ordinal) ? "t0ken==" : null, Header(upstream.Request, "X-Amz-Security-Token"));
        Assert.DoesNotContain(Secret, upstream.Request, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Send_ApiKeyStreamed_IsABearerTokenAndTheAnswerServerSentEvents()
    {
        var frames = EventStreamFrame.Chunk("""{"type":"ping"}""");
        await using var upstream = new RawUpstream(async (socket, _, _) =>
        {
            await socket.SendAsync(Encoding.ASCII.GetBytes(
                $"HTTP/1.1 200 OK\r\nContent-Type: application/vnd.amazon.eventstream\r\nContent-Length: {frames.Length}\r\n\r\n"));
            await socket.SendAsync(frames);
        });
        using var client = new UpstreamClient(Options, TimeProvider.System);

        using var response = await SendAsync(client, upstream, CredentialKind.ApiKey, "ABSKtoken", stream: true);
        using var content = await response.Body.ReadAllAsync(1000, CancellationToken.None);

        Assert.EndsWith("/invoke-with-response-stream HTTP/1.1", upstream.Request.Split("\r\n")[0], StringComparison.Ordinal);
        Assert.Equal("Bearer ABSKtoken", Header(upstream.Request, "Authorization"));
        Assert.Equal("application/vnd.amazon.eventstream", Header(upstream.Request, "Accept"));
        Assert.Equal("text/event-stream", response.MediaType);
        Assert.Equal("event: ping\ndata: {\"type\":\"ping\"}\n\n", Encoding.UTF8.GetString(content.Bytes.Span));
    }

    [Theory]
    [InlineData("400 Bad Request", "ServiceQuotaExceededException:http://internal.amazon.com/coral/", 429)]
    [InlineData("424 Failed Dependency", "ModelErrorException", 502)]
    [InlineData("400 Bad Request", "IncompleteSignature", 401)]
    [InlineData("403 Forbidden", "ExpiredTokenException", 401)]
    [InlineData("403 Forbidden", "AccessDeniedException", 403)]
    [InlineData("400 Bad Request", "ValidationException", 400)]
    [InlineData("429 Too Many Requests", "ThrottlingException", 429)]
    public async Task Status_OfAnException_SaysWhoseFaultItIs(string line, string type, int status)
    {
        await using var upstream = RawUpstream.Answering(
            $"HTTP/1.1 {line}\r\nx-amzn-ErrorType: {type}\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{{}}");
        using var client = new UpstreamClient(Options, TimeProvider.System);

        using var response = await SendAsync(client, upstream, CredentialKind.ApiKey, "k", stream: true);

        Assert.Equal(status, response.Status);
        Assert.Equal("application/json", response.MediaType);
    }

    [Fact]
    public async Task Send_CredentialThatIsNone_FailsBeforeAnythingIsSent()
    {
        await using var upstream = RawUpstream.Answering("");
        using var client = new UpstreamClient(Options, TimeProvider.System);

        var result = await client.SendAsync(
            Request(upstream, CredentialKind.AwsAccessKey, """{"accessKeyId":"hidden"}""", stream: false), CancellationToken.None);

        Assert.Equal(UpstreamFailureKind.CredentialRefused, result.Failure!.Kind);
        Assert.Equal("credential_refused", result.Failure.Code);
        Assert.DoesNotContain("hidden", result.Failure.Cause!.ToString(), StringComparison.Ordinal);
        Assert.Empty(upstream.Request);
    }

    /// <summary>
    /// Reckoned from the received bytes alone, step by step as
    /// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html has it.
    /// </summary>
    private static string Signature(string request, string region)
    {
        var cut = request.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        var (path, body) = (request.Split(' ')[1], request[(cut + 4)..]);
        var date = Header(request, "X-Amz-Date")!;
        var sent = DateTimeOffset.ParseExact(date, "yyyyMMddTHHmmssZ", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        Assert.InRange((DateTimeOffset.UtcNow - sent).TotalMinutes, -1, 1);
        var token = Header(request, "X-Amz-Security-Token");
        var names = "host;x-amz-date" + (token is null ? "" : ";x-amz-security-token");
        var canonical = string.Join('\n',
            "POST", path.Replace("%", "%25", StringComparison.Ordinal), "", $"host:{Header(request, "Host")}", $"x-amz-date:{date}",
            (token is null ? "" : $"x-amz-security-token:{token}\n"), names, Hash(body));
        var scope = $"{date[..8]}/{region}/bedrock/aws4_request";
        var toSign = $"AWS4-HMAC-SHA256\n{date}\n{scope}\n{Hash(canonical)}";
        var key = new[] { date[..8], region, "bedrock", "aws4_request", toSign }.Aggregate(
            Encoding.UTF8.GetBytes($"AWS4{Secret}"), (k, part) => HMACSHA256.HashData(k, Encoding.UTF8.GetBytes(part)));
        return $"AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/{scope}, SignedHeaders={names}, Signature={Convert.ToHexStringLower(key)}";
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static string? Header(string request, string name) => request.Split("\r\n")
        .FirstOrDefault(line => line.StartsWith($"{name}: ", StringComparison.OrdinalIgnoreCase))?[(name.Length + 2)..];

    private static async Task<UpstreamResponse> SendAsync(
        UpstreamClient client, RawUpstream upstream, CredentialKind kind, string secret, bool stream) =>
        (await client.SendAsync(Request(upstream, kind, secret, stream), CancellationToken.None)).Response!;

    private static UpstreamRequest Request(RawUpstream upstream, CredentialKind kind, string secret, bool stream)
    {
        var binding = new ApiBinding(ModelApi.AnthropicMessages, Dialect.BedrockAnthropic, new Uri($"http://127.0.0.1:{upstream.Port}"));
        var credential = new CredentialEntry("c", kind, secret);
        var provider = new ProviderEntry("bedrock", "bedrock", "Bedrock", [binding], [credential], 2, ClientGonePolicy.Cancel);
        return new UpstreamRequest(
            provider, binding, credential, UpstreamPath.Of(binding, Model, stream), UpstreamPayload.Json("{\"a\":"u8.ToArray(), "1}"u8.ToArray()), stream);
    }
}
