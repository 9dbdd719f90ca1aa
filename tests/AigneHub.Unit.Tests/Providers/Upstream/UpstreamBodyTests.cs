using System.Net.Sockets;
using System.Text;
using AigneHub.Providers.Upstream;
using Microsoft.Extensions.Time.Testing;

namespace AigneHub.Unit.Tests.Providers.Upstream;

public class UpstreamBodyTests
{
    private const string StreamHead = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly UpstreamOptions Options = new() { UseProxy = false, IdleSeconds = 60 };

    [Fact]
    public async Task Read_FirstPieceBeforeTheSecond_ComesAtOnce()
    {
        var proceed = new TaskCompletionSource();
        await using var upstream = new RawUpstream(async (socket, _, _) =>
        {
            await WriteAsync(socket, StreamHead + "3\r\none\r\n");
            await proceed.Task;
            await WriteAsync(socket, "3\r\ntwo\r\n0\r\n\r\n");
        });
        using var client = new UpstreamClient(Options, TimeProvider.System);
        using var response = await SendAsync(client, upstream);

        Assert.Equal("one", await ReadTextAsync(response));
        proceed.SetResult();
        Assert.Equal("two", await ReadTextAsync(response));
        Assert.True((await response.Body.ReadAsync(new byte[100], CancellationToken.None)).Ended);
    }

    [Fact]
    public async Task Read_Silence_IsIdleTimeoutCountedFromTheLastByte()
    {
        var sends = new SemaphoreSlim(0);
        await using var upstream = new RawUpstream(async (socket, _, stop) =>
        {
            await WriteAsync(socket, StreamHead + "3\r\none\r\n");
            await sends.WaitAsync(stop);
            await WriteAsync(socket, "3\r\ntwo\r\n");
            await Task.Delay(Timeout.Infinite, stop);
        });
        var time = new FakeTimeProvider();
        using var client = new UpstreamClient(Options, time);
        using var response = await SendAsync(client, upstream);
        Assert.Equal("one", await ReadTextAsync(response));

        var reading = ReadTextAsync(response);
        time.Advance(TimeSpan.FromSeconds(59));
        sends.Release();
        Assert.Equal("two", await reading);
        var silent = response.Body.ReadAsync(new byte[100], CancellationToken.None).AsTask();
        time.Advance(TimeSpan.FromSeconds(59));
        Assert.False(silent.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(UpstreamFailureKind.IdleTimeout, (await silent.WaitAsync(Patience)).Failure);
    }

    [Fact]
    public async Task Read_CallerGivesUp_IsCancelled()
    {
        await using var upstream = new RawUpstream(async (socket, _, stop) =>
        {
            await WriteAsync(socket, StreamHead);
            await Task.Delay(Timeout.Infinite, stop);
        });
        using var client = new UpstreamClient(Options, TimeProvider.System);
        using var response = await SendAsync(client, upstream);
        using var caller = new CancellationTokenSource();

        var reading = response.Body.ReadAsync(new byte[100], caller.Token).AsTask();
        await caller.CancelAsync();

        Assert.Equal(UpstreamFailureKind.Cancelled, (await reading.WaitAsync(Patience)).Failure);
    }

    [Fact]
    public async Task Read_CallerGaveUpWhileBytesAreThere_IsCancelled()
    {
        await using var upstream = new RawUpstream((socket, _, _) => WriteAsync(socket, StreamHead + "6\r\nonetwo\r\n0\r\n\r\n"));
        using var client = new UpstreamClient(Options, TimeProvider.System);
        using var response = await SendAsync(client, upstream);
        Assert.True((await response.Body.ReadAsync(new byte[3], CancellationToken.None)).Bytes > 0);

        var read = await response.Body.ReadAsync(new byte[3], new CancellationToken(canceled: true));

        Assert.Equal(UpstreamFailureKind.Cancelled, read.Failure);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\none", false)]
    [InlineData(StreamHead + "3\r\none\r\n", false)]
    [InlineData(StreamHead + "3\r\none\r\n", true)]
    public async Task ReadAll_ConnectionEndsEarly_IsConnectionResetWithWhatCame(string answer, bool reset)
    {
        var received = new TaskCompletionSource();
        await using var upstream = new RawUpstream(async (socket, _, _) =>
        {
            await WriteAsync(socket, answer);
            if (reset)
            {
                await received.Task;
                socket.LingerState = new LingerOption(true, 0);
                socket.Close();
            }
        });
        using var client = new UpstreamClient(Options, TimeProvider.System);
        using var response = await SendAsync(client, upstream);

        Assert.Equal("one", await ReadTextAsync(response));
        received.SetResult();
        using var content = await response.Body.ReadAllAsync(1000, CancellationToken.None);

        Assert.Equal(UpstreamFailureKind.ConnectionReset, content.Failure);
        Assert.NotNull(content.Cause);
    }

    [Theory]
    [InlineData(100_000, UpstreamFailureKind.None)]
    [InlineData(99_999, UpstreamFailureKind.TooLarge)]
    public async Task ReadAll_LongBody_IsWholeOrTooLarge(int bytesMax, UpstreamFailureKind failure)
    {
        var body = new string('x', 99_999) + "y";
        await using var upstream = RawUpstream.Answering($"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\n\r\n{body}");
        using var client = new UpstreamClient(Options, TimeProvider.System);
        using var response = await SendAsync(client, upstream);

        using var content = await response.Body.ReadAllAsync(bytesMax, CancellationToken.None);

        Assert.Equal(failure, content.Failure);
        if (failure == UpstreamFailureKind.None)
        {
            Assert.Equal(body, Encoding.UTF8.GetString(content.Bytes.Span));
        }
    }

    private static async Task<UpstreamResponse> SendAsync(UpstreamClient client, RawUpstream upstream)
    {
        var request = TestProvider.Request(upstream.Provider(), stream: true, ["{}"u8.ToArray()]);
        return (await client.SendAsync(request, CancellationToken.None).WaitAsync(Patience)).Response!;
    }

    private static async Task<string> ReadTextAsync(UpstreamResponse response)
    {
        var buffer = new byte[100];
        var read = await response.Body.ReadAsync(buffer, CancellationToken.None).AsTask().WaitAsync(Patience);
        Assert.False(read.Failed, read.Failure.ToString());
        return Encoding.UTF8.GetString(buffer, 0, read.Bytes);
    }

    private static Task<int> WriteAsync(Socket socket, string text) => socket.SendAsync(Encoding.Latin1.GetBytes(text));
}
