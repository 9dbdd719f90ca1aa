using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using AigneHub.Gateway.Bodies;
using AigneHub.Gateway.Idempotency;
using AigneHub.Hub.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AigneHub.Hub.Tests.Media;

/// <summary>Files and audio when a vendor fails or a client leaves, and what they cost the hub.</summary>
[Collection(HubCollections.Media)]
public sealed class AudioFaultTests(AzuriteFixture azurite)
{
    private const int MiB = 1024 * 1024;

    [Fact]
    public async Task Transcription_AVendorFails_TheNextGetsTheSameFile()
    {
        await using var vendors = await AudioVendors.StartAsync();
        await using var hub = await TestHub.StartAsync(azurite, settings: vendors.Settings);
        vendors.Answer = async (context, _) =>
        {
            if (vendors.Calls.Count > 1)
            {
                return false;
            }

            await AudioVendors.JsonAsync(context, """{"error":{"message":"Oops","type":"server_error"}}""", 500);
            return true;
        };

        using var response = await SendAsync(hub, AudioFiles.Form("gpt-4o-transcribe", new ByteArrayContent(AudioFiles.Wav(100_000))));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("2", response.Headers.GetValues("x-hub-attempts").Single());
        var calls = vendors.Calls.ToArray();
        Assert.Equal(2, calls.Length);
        Assert.NotEqual(calls[0].Path, calls[1].Path);
        var files = calls.Select(call => call.Form.Single(part => part.FileName is not null)).ToArray();
        Assert.Equal(100_044, files[0].Bytes);
        Assert.Equal(files[0], files[1]);
        await AudioFiles.NothingHeldAsync(hub);
    }

    [Fact]
    public async Task Transcription_ClientLeavesWithinItsFile_NothingIsKeptOrCharged()
    {
        await using var vendors = await AudioVendors.StartAsync();
        await using var hub = await TestHub.StartAsync(azurite, settings: vendors.Settings);
        using var leave = new CancellationTokenSource();
        using var file = new GeneratedContent(20 * MiB, half: () =>
        {
            Assert.True(SpinWait.SpinUntil(() => hub.Services.GetRequiredService<SpoolSpace>().BytesInUse > MiB, TimeSpan.FromSeconds(30)));
            leave.Cancel();
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => SendAsync(hub, AudioFiles.Form("openai/whisper-1", file), cancellationToken: leave.Token));

        await AudioFiles.NothingHeldAsync(hub);
        Assert.Empty(vendors.Calls);
    }

    [Fact]
    public async Task Transcription_StreamIsCut_IsEstimatedFromTheFileAndTheText()
    {
        await using var vendors = await AudioVendors.StartAsync();
        await using var hub = await TestHub.StartAsync(azurite, settings: vendors.Settings);
        var heard = new TaskCompletionSource();
        vendors.Answer = (context, _) => CutAsync(
            context, "text/event-stream", "data: {\"type\":\"transcript.text.delta\",\"delta\":\"Hello there\"}\n\n", heard.Task);

        using var response = await SendAsync(hub, AudioFiles.Form("openai/gpt-4o-transcribe", new ByteArrayContent(AudioFiles.Wav(40_000)), ("stream", "true")));
        using var events = await response.Content.ReadAsStreamAsync();
        await events.ReadExactlyAsync(new byte[10]);
        heard.SetResult();
        await Assert.ThrowsAnyAsync<IOException>(() => events.CopyToAsync(Stream.Null));

        // 2.5 s are three, ten tokens each.
        var line = await hub.LedgerLineAsync(response.Headers.GetValues("x-request-id").Single());
        Assert.Equal(("failed", true), (line["outcome"]!.ToString(), line["estimated"]!.GetValue<bool>()));
        Assert.Equal(["output 2", "audio_input 30"], line["lines"]!.AsArray().Select(l => $"{l!["kind"]} {l["units"]}"));
    }

    [Fact]
    public async Task Transcription_ModelThatDoesNotStream_AnswersWhole()
    {
        await using var vendors = await AudioVendors.StartAsync();
        await using var hub = await TestHub.StartAsync(azurite, settings: vendors.Settings);

        using var response = await SendAsync(hub, AudioFiles.Form("openai/whisper-1", new ByteArrayContent(AudioFiles.Wav(40_000)), ("stream", "true")));

        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal(AudioVendors.Spoken, JsonNode.Parse(await response.Content.ReadAsStringAsync())!["text"]!.ToString());
    }

    [Theory]
    [InlineData("""{"error":{"message":"Quota","type":"insufficient_quota","code":"insufficient_quota"}}""", "application/json", "upstream_refused_hub")]
    [InlineData("<html>Gateway</html>", "text/html", "upstream_invalid_response")]
    [InlineData("", "audio/mpeg", "upstream_invalid_response")]
    public async Task Speech_NoAudioUnderASuccessStatus_IsAnErrorAndFree(string body, string contentType, string code)
    {
        await using var vendors = await AudioVendors.StartAsync();
        await using var hub = await TestHub.StartAsync(azurite, settings: vendors.Settings);
        vendors.Answer = async (context, _) =>
        {
            await AudioVendors.WriteAsync(context, 200, contentType, body);
            return true;
        };

        using var response = await SpeakAsync(hub);

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Equal(code, JsonNode.Parse(await response.Content.ReadAsStringAsync())!["error"]!["code"]!.ToString());
        var line = await hub.LedgerLineAsync(response.Headers.GetValues("x-request-id").Single());
        Assert.Empty(line["lines"]!.AsArray());
    }

    [Fact]
    public async Task Speech_VendorBreaksOff_EndsWithoutItsEndAndIsCharged()
    {
        await using var vendors = await AudioVendors.StartAsync();
        await using var hub = await TestHub.StartAsync(azurite, settings: vendors.Settings);
        var heard = new TaskCompletionSource();
        vendors.Answer = (context, _) => CutAsync(context, "audio/mpeg", "abc", heard.Task);

        using var response = await SpeakAsync(hub);
        using var audio = await response.Content.ReadAsStreamAsync();
        var bytes = new byte[16];
        Assert.Equal(3, await audio.ReadAtLeastAsync(bytes, 3));
        heard.SetResult();
        await Assert.ThrowsAnyAsync<IOException>(async () => await audio.ReadExactlyAsync(bytes.AsMemory(0, 1)));

        var line = await hub.LedgerLineAsync(response.Headers.GetValues("x-request-id").Single());
        Assert.Equal(("failed", "upstream_stream_broken", true), (line["outcome"]!.ToString(), line["error"]!.ToString(), line["estimated"]!.GetValue<bool>()));
        Assert.Equal(5, line["lines"]![0]!["units"]!.GetValue<int>());
    }

    [Fact]
    public async Task Speech_ClientLeaves_TheVendorIsLeftAndTheTextIsCharged()
    {
        await using var vendors = await AudioVendors.StartAsync();
        await using var hub = await TestHub.StartAsync(azurite, settings: vendors.Settings);
        var left = new TaskCompletionSource();
        vendors.Answer = async (context, _) =>
        {
            context.Response.ContentType = "audio/mpeg";
            await context.Response.Body.WriteAsync("abc"u8.ToArray());
            await context.Response.Body.FlushAsync();
            context.RequestAborted.Register(left.SetResult);
            await left.Task;
            return true;
        };

        string id;
        using (var response = await SpeakAsync(hub))
        {
            id = response.Headers.GetValues("x-request-id").Single();
            using var audio = await response.Content.ReadAsStreamAsync();
            await audio.ReadExactlyAsync(new byte[3]);
        }

        await left.Task.WaitAsync(TimeSpan.FromSeconds(30));
        var line = await hub.LedgerLineAsync(id);
        Assert.Equal(("cancelled", true), (line["outcome"]!.ToString(), line["estimated"]!.GetValue<bool>()));
        Assert.Equal(5, line["lines"]![0]!["units"]!.GetValue<int>());
    }

    /// <summary>Who names a call gets its speech by a repeat, unless it is too long to be kept.</summary>
    [Fact]
    public async Task NamedSpeech_ClientLeaves_IsSpokenToItsEndForTheRepeat()
    {
        await using var vendors = await AudioVendors.StartAsync();
        await using var hub = await TestHub.StartAsync(azurite, settings: vendors.Settings);
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        vendors.Answer = async (context, _) =>
        {
            context.Response.ContentType = "audio/mpeg";
            await context.Response.Body.WriteAsync("abc"u8.ToArray());
            await context.Response.Body.FlushAsync();
            await go.Task;
            await context.Response.Body.WriteAsync("def"u8.ToArray());
            return true;
        };
        var (name, id) = (Guid.NewGuid().ToString(), "");
        using (var first = await SpeakAsync(hub, name))
        {
            id = first.Headers.GetValues("x-request-id").Single();
            using var audio = await first.Content.ReadAsStreamAsync();
            await audio.ReadExactlyAsync(new byte[3]);
        }

        go.SetResult();
        var line = await hub.LedgerLineAsync(id);
        Assert.Equal(("completed", false, 5), (line["outcome"]!.ToString(), line["estimated"]!.GetValue<bool>(), line["lines"]![0]!["units"]!.GetValue<int>()));
        using var again = await SpeakAsync(hub, name);
        Assert.Equal(("audio/mpeg", "abcdef"), (again.Content.Headers.ContentType!.ToString(), await again.Content.ReadAsStringAsync()));
        Assert.Single(vendors.Calls);

        vendors.Answer = async (context, _) =>
        {
            context.Response.ContentType = "audio/mpeg";
            await context.Response.Body.WriteAsync(new byte[(4 * MiB) + 1]);
            return true;
        };
        name = Guid.NewGuid().ToString();
        using var large = await SpeakAsync(hub, name);
        Assert.Equal((4 * MiB) + 1, (await large.Content.ReadAsByteArrayAsync()).Length);
        using var refused = await SpeakAsync(hub, name);
        Assert.Equal(HttpStatusCode.Gone, refused.StatusCode);
        Assert.Equal(0, hub.Services.GetRequiredService<RecordingMemory>().BytesInUse);
    }

    /// <summary>Begins an answer and breaks it off when the client has heard its beginning.</summary>
    private static async Task<bool> CutAsync(HttpContext context, string contentType, string beginning, Task heard)
    {
        context.Response.ContentType = contentType;
        await context.Response.WriteAsync(beginning);
        await context.Response.Body.FlushAsync();
        await heard;
        context.Abort();
        return true;
    }

    private static Task<HttpResponseMessage> SpeakAsync(TestHub hub, string? name = null)
    {
        var content = new StringContent("""{"model":"openai/tts-1","voice":"alloy","input":"Hello"}""", Encoding.UTF8, "application/json");
        return SendAsync(hub, content, path: "speech", name);
    }

    private static Task<HttpResponseMessage> SendAsync(
        TestHub hub, HttpContent content, string path = "transcriptions", string? name = null, CancellationToken cancellationToken = default)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/audio/{path}") { Content = content };
        if (name is not null)
        {
            request.Headers.Add("Idempotency-Key", name);
        }

        return hub.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }
}
