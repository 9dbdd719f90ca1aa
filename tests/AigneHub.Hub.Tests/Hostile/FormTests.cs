using AigneHub.Gateway.Bodies;
using AigneHub.Hub.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace AigneHub.Hub.Tests.Hostile;

/// <summary>Forms that are none, too large, too many or never whole.</summary>
[Collection(HubCollections.Hostile)]
public sealed class FormTests(HostileHub hostile) : IClassFixture<HostileHub>
{
    private const string Post = "POST /v1/audio/transcriptions";
    private const string Type = "Content-Type: multipart/form-data; boundary=b\r\n";
    private const string FileHead = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.wav\"\r\n\r\n";
    private const string Model = "--b\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nopenai/whisper-1\r\n";
    private const string End = "--b--\r\n";

    private SpoolSpace Spool => hostile.Hub.Services.GetRequiredService<SpoolSpace>();

    [Theory]
    [InlineData("Content-Type: multipart/form-data\r\n", FileHead + "x\r\n" + Model + End, 400, "invalid_request")]
    [InlineData("Content-Type: multipart/mixed; boundary=b\r\n", FileHead + "x\r\n" + Model + End, 415, "unsupported_media_type")]
    [InlineData("Content-Type: application/json\r\n", "{}", 415, "unsupported_media_type")]
    [InlineData(Type, "", 400, "invalid_request")]
    [InlineData(Type, "no form at all", 400, "invalid_request")]
    [InlineData(Type, End, 400, "missing_required_parameter")]
    [InlineData(Type, Model + End, 400, "missing_required_parameter")]
    [InlineData(Type, FileHead + "x\r\n" + End, 400, "missing_required_parameter")]
    [InlineData(Type, FileHead + "x\r\n" + Model + Model + End, 400, "invalid_request")]
    [InlineData(Type, FileHead + "x\r\n" + Model, 400, "invalid_request")]
    [InlineData(Type, FileHead + "x\r\n--b\r\nContent-Disposition: form-data; name=url\r\n\r\nhttp://169.254.169.254/\r\n" + Model + End, 400, "unsupported_parameter")]
    [InlineData(Type, FileHead + "x\r\n--b\r\nContent-Disposition: form-data; name=Model\r\n\r\nother\r\n" + Model + End, 400, "invalid_name")]
    [InlineData(Type, FileHead + "x\r\n--b\r\nContent-Disposition: form-data; name=stream\r\n\r\nyes\r\n" + Model + End, 400, "invalid_type")]
    public async Task Form_ThatIsNone_IsAClearError(string type, string body, int status, string code)
    {
        await using var client = hostile.Connect();

        await client.SendAsync(hostile.Request(Post, $"{type}Content-Length: {body.Length}\r\n", body));

        (await client.ReadAsync())!.IsOpenAiError(status, code);
        await hostile.UnharmedAsync();
    }

    [Fact]
    public async Task TooLarge_Is413_DeclaredOrNot()
    {
        await using var declared = hostile.Connect();
        await declared.SendAsync(hostile.Request(Post, $"{Type}Content-Length: {HostileHub.BodyBytesMax + 1}\r\n"));
        (await declared.ReadAsync())!.IsOpenAiError(413, "request_too_large");

        await using var chunked = hostile.Connect();
        await chunked.SendAsync(hostile.Request(Post, Type + "Transfer-Encoding: chunked\r\n", $"{FileHead.Length:x}\r\n{FileHead}\r\n"));
        for (var sent = 0; sent <= HostileHub.BodyBytesMax; sent += 16 * 1024)
        {
            await chunked.TrySendAsync($"{16 * 1024:x}\r\n{new string('x', 16 * 1024)}\r\n");
        }

        (await chunked.ReadAsync())!.IsOpenAiError(413, "request_too_large");
        await hostile.UnharmedAsync();
    }

    [Fact]
    public async Task FilesThatNeverEnd_TakeTheirDiskAndNoMore_UntilTheirClientsLeave()
    {
        var holders = new List<RawClient>();
        try
        {
            const int Held = 224 * 1024;
            for (var held = 0L; held + Held <= HostileHub.BodyBytesInFlightMax; held += Held)
            {
                holders.Add(hostile.Connect());
                await holders[^1].SendAsync(hostile.Request(
                    Post, $"{Type}Content-Length: {HostileHub.BodyBytesMax}\r\n", FileHead + new string('x', Held + 1024)));
                await Until.TrueAsync(() => Task.FromResult(Spool.BytesInUse >= held + Held), "the file is held");
            }

            await using var late = hostile.Connect();
            await late.SendAsync(hostile.Request(
                Post, $"{Type}Content-Length: {HostileHub.BodyBytesMax}\r\n", FileHead + new string('x', HostileHub.BodyBytesMax - FileHead.Length)));
            (await late.ReadAsync())!.IsOpenAiError(503, "hub_overloaded");
        }
        finally
        {
            foreach (var holder in holders)
            {
                await holder.DisposeAsync();
            }
        }

        await hostile.UnharmedAsync();
    }
}
