using System.Net;
using AigneHub.Gateway.Bodies;
using AigneHub.Hub.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace AigneHub.Hub.Tests.Media;

/// <summary>What a file takes of the memory of the process.</summary>
[Collection(HubCollections.Measured)]
public sealed class AudioMemoryTests(AzuriteFixture azurite)
{
    private const int MiB = 1024 * 1024;

    [Fact]
    public async Task Transcription_Of60MiB_TakesNoMemory()
    {
        await using var vendors = await AudioVendors.StartAsync();
        await using var hub = await TestHub.StartAsync(azurite, settings: vendors.Settings);
        using (await SendAsync(hub, AudioFiles.Form("openai/whisper-1", new ByteArrayContent(AudioFiles.Wav(100_000)))))
        {
            // What is made once is made.
        }

        var before = GC.GetTotalMemory(forceFullCollection: true);
        long most = 0;
        long spooled = 0;
        vendors.Answer = (_, _) =>
        {
            most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true));
            spooled = hub.Services.GetRequiredService<SpoolSpace>().BytesInUse;
            return Task.FromResult(false);
        };
        using var file = new GeneratedContent(60 * MiB, half: () => most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true)));
        using var response = await SendAsync(hub, AudioFiles.Form("openai/whisper-1", file));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(60 * MiB, vendors.Calls.Last().Form.Single(part => part.FileName is not null).Bytes);
        Assert.Equal(60 * MiB, spooled);
        Assert.InRange(most - before, long.MinValue, 6 * MiB);
        await AudioFiles.NothingHeldAsync(hub);
    }

    private static Task<HttpResponseMessage> SendAsync(TestHub hub, HttpContent content) => hub.Client.SendAsync(
        new HttpRequestMessage(HttpMethod.Post, "/v1/audio/transcriptions") { Content = content }, HttpCompletionOption.ResponseHeadersRead);
}
