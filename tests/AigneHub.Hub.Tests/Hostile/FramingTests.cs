using AigneHub.Hub.Tests.Support;

namespace AigneHub.Hub.Tests.Hostile;

/// <summary>
/// Requests whose ends are in doubt: two readers that disagree on where a request ends let one client smuggle a request into
/// another's connection. What is ambiguous is refused and its connection closed
/// (<see href="https://www.rfc-editor.org/rfc/rfc9112#section-6.3"/>).
/// </summary>
[Collection(HubCollections.Hostile)]
public sealed class FramingTests(HostileHub hostile) : IClassFixture<HostileHub>
{
    private const string Post = "POST /v1/chat/completions";
    private const string Json = "Content-Type: application/json\r\n";
    private static readonly int Length = HostileHub.Chat.Length;
    private static readonly string Chunked = $"{Length:x}\r\n{HostileHub.Chat}\r\n0\r\n\r\n";

    /// <summary>Case → headers with their ends, body. Each is refused with 400 or 501 and its connection closed.</summary>
    private static readonly Dictionary<string, (string Headers, string Body)> Ambiguous = new()
    {
        ["two lengths"] = ($"Content-Length: {Length}\r\nContent-Length: 0\r\n", HostileHub.Chat),
        ["the same length twice"] = ($"Content-Length: {Length}\r\nContent-Length: {Length}\r\n", HostileHub.Chat),
        ["lengths in a list"] = ($"Content-Length: {Length}, 0\r\n", HostileHub.Chat),
        ["negative length"] = ("Content-Length: -1\r\n", HostileHub.Chat),
        ["hexadecimal length"] = ("Content-Length: 0x40\r\n", HostileHub.Chat),
        ["huge length"] = ("Content-Length: 99999999999999999999\r\n", HostileHub.Chat),
        ["empty length"] = ("Content-Length:\r\n", HostileHub.Chat),
        ["xchunked"] = ("Transfer-Encoding: xchunked\r\n", Chunked),
        ["chunked, identity"] = ("Transfer-Encoding: chunked, identity\r\n", Chunked),
        ["identity"] = ("Transfer-Encoding: identity\r\n", Chunked),
        ["two encodings, the last not chunked"] = ("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", Chunked),
        ["space before the colon"] = ("Transfer-Encoding : chunked\r\n", Chunked),
        ["folded header"] = ("Transfer-Encoding:\r\n chunked\r\n", Chunked),
        ["folded value"] = ($"X-A: b\r\n c\r\nContent-Length: {Length}\r\n", HostileHub.Chat),
        ["bare LF"] = ($"X-A: b\nContent-Length: {Length}\r\n", HostileHub.Chat),
        ["bare CR"] = ($"X-A: b\rContent-Length: {Length}\r\n", HostileHub.Chat),
        ["NUL in a value"] = ($"X-A: \0\r\nContent-Length: {Length}\r\n", HostileHub.Chat),
        ["header without a colon"] = ($"X-A\r\nContent-Length: {Length}\r\n", HostileHub.Chat),
        ["header without a name"] = ($": x\r\nContent-Length: {Length}\r\n", HostileHub.Chat),
        ["two hosts"] = ($"Host: evil.example\r\nContent-Length: {Length}\r\n", HostileHub.Chat),
    };

    /// <summary>Case → chunked body that is broken; refused with 400 in the API's format.</summary>
    private static readonly Dictionary<string, string> BrokenChunks = new()
    {
        ["negative size"] = $"-1\r\n{HostileHub.Chat}\r\n0\r\n\r\n",
        ["huge size"] = $"FFFFFFFFFFFFFFFFF\r\n{HostileHub.Chat}\r\n0\r\n\r\n",
        ["size above 2 GiB"] = $"80000000\r\n{HostileHub.Chat}\r\n0\r\n\r\n",
        ["size of letters"] = $"xyz\r\n{HostileHub.Chat}\r\n0\r\n\r\n",
        ["size with a prefix"] = $"0x{Length:x}\r\n{HostileHub.Chat}\r\n0\r\n\r\n",
        ["no size"] = $"\r\n{HostileHub.Chat}\r\n0\r\n\r\n",
        ["chunk longer than its size"] = $"5\r\n{HostileHub.Chat}\r\n0\r\n\r\n",
        ["bare LF after the size"] = $"{Length:x}\n{HostileHub.Chat}\r\n0\r\n\r\n",
        ["bare LF in an extension"] = $"{Length:x};a\nb\r\n{HostileHub.Chat}\r\n0\r\n\r\n",
    };

    public static TheoryData<string> AmbiguousNames => [.. Ambiguous.Keys];

    public static TheoryData<string> BrokenNames => [.. BrokenChunks.Keys];

    [Theory]
    [MemberData(nameof(AmbiguousNames))]
    public async Task Ambiguous_IsRefusedAndClosed(string name)
    {
        var (headers, body) = Ambiguous[name];
        await using var client = hostile.Connect();

        await client.SendAsync(hostile.Request(Post, Json + headers, body + Smuggled()));

        var answer = await client.ReadAsync();
        Assert.True(answer?.Status is 400 or 501, $"{answer?.Status}: {answer?.Body}");
        await NothingSmuggledAsync(client);
    }

    [Theory]
    [MemberData(nameof(BrokenNames))]
    public async Task BrokenChunks_AreRefusedInTheApisFormatAndClosed(string name)
    {
        await using var client = hostile.Connect();

        await client.SendAsync(hostile.Request(Post, Json + "Transfer-Encoding: chunked\r\n", BrokenChunks[name] + Smuggled()));

        (await client.ReadAsync())!.IsOpenAiError(400, "invalid_request");
        await NothingSmuggledAsync(client);
    }

    [Fact]
    public async Task LengthAndChunked_AreReadAsChunkedOrRefused_AndTheConnectionIsClosed()
    {
        foreach (var headers in new[]
        {
            "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
            "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n",
            $"Transfer-Encoding: chunked\r\nContent-Length: {Chunked.Length + Smuggled().Length}\r\n",
        })
        {
            await using var client = hostile.Connect();

            await client.SendAsync(hostile.Request(Post, Json + headers, Chunked + Smuggled()));

            // RFC 9112, 6.1: the transfer encoding wins, and the connection must be closed after the answer.
            Assert.True((await client.ReadAsync())?.Status is 200 or 400);
            await NothingSmuggledAsync(client);
        }
    }

    [Fact]
    public async Task NoLength_IsNoBody_AndWhatFollowsIsNoRequest()
    {
        await using var client = hostile.Connect();

        await client.SendAsync(hostile.Request(Post, Json, HostileHub.Chat + Smuggled()));

        (await client.ReadAsync())!.IsOpenAiError(400, "invalid_request");
        Assert.Equal(400, (await client.ReadAsync())!.Status);
        await NothingSmuggledAsync(client);
    }

    /// <summary>The server takes a plus sign; what matters is that the body ends where the number says.</summary>
    [Fact]
    public async Task SignedLength_IsReadAsItsNumber()
    {
        await using var client = hostile.Connect();

        await client.SendAsync(hostile.Request(Post, Json + $"Content-Length: +{Length}\r\n", HostileHub.Chat + "?\r\n\r\n"));

        Assert.True((await client.ReadAsync())!.Status is 200 or 400);
        Assert.True(await client.ReadAsync() is null or { Status: 400 });
        await NothingSmuggledAsync(client);
    }

    [Fact]
    public async Task ChunksWithExtensionsAndTrailers_AreRead()
    {
        await using var client = hostile.Connect();
        var (first, second) = (HostileHub.Chat[..10], HostileHub.Chat[10..]);

        await client.SendAsync(hostile.Request(
            Post, Json + "Transfer-Encoding: Chunked\r\n",
            $"{first.Length:X};a=b;c=\"d\"\r\n{first}\r\n000{second.Length:x}\r\n{second}\r\n0\r\nX-Trailer: Content-Length: 5\r\n\r\n"));

        Assert.Equal(200, (await client.ReadAsync())!.Status);
        await client.SendAsync(hostile.Request("GET /v1/models"));
        Assert.Equal(200, (await client.ReadAsync())!.Status);
        await hostile.UnharmedAsync();
    }

    [Fact]
    public async Task LengthSmallerThanTheBody_TheRestIsNoRequest()
    {
        await using var client = hostile.Connect();

        await client.SendAsync(hostile.Request(Post, Json + $"Content-Length: {Length - 5}\r\n", HostileHub.Chat));

        (await client.ReadAsync())!.IsOpenAiError(400, "invalid_request");
        await client.SendAsync("\r\n\r\n");
        Assert.Equal(400, (await client.ReadAsync())!.Status);
        await NothingSmuggledAsync(client);
    }

    [Fact]
    public async Task LengthLargerThanTheBody_IsRefusedWhenTheClientEnds()
    {
        await using var client = hostile.Connect();

        await client.SendAsync(hostile.Request(Post, Json + $"Content-Length: {Length + 5}\r\n", HostileHub.Chat));
        client.EndSending();

        (await client.ReadAsync())?.IsOpenAiError(400, "invalid_request");
        await NothingSmuggledAsync(client);
    }

    /// <summary>A second request hidden behind the first; if it were taken for one, it would be answered.</summary>
    private string Smuggled() => hostile.Request("GET /v1/models/sim/chat-fast");

    private async Task NothingSmuggledAsync(RawClient client)
    {
        Assert.True(await client.IsEndedAsync(), "something more was answered");
        await hostile.UnharmedAsync();
    }
}
