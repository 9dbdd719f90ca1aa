using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using AigneHub.Core;
using AigneHub.Core.Jobs;
using AigneHub.Core.Keys;
using AigneHub.Core.Ledger;
using AigneHub.Core.Usage;
using AigneHub.Gateway.Videos;
using AigneHub.Hub.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace AigneHub.Hub.Tests.Media;

/// <summary>Videos: begun, followed, fetched and charged, over restarts.</summary>
[Collection(HubCollections.Media)]
public sealed class VideoTests(AzuriteFixture azurite)
{
    private const string Veo = "google/veo-3.1-generate-preview";

    [Fact]
    public async Task OfficialClient_MakesFollowsAndFetchesVideos_AndTheirPriceIsOnTheLedger()
    {
        await using var vendors = await VideoVendors.StartAsync();
        await using var hub = await TestHub.StartAsync(azurite, settings: vendors.Settings);
        await StoreSoraAsync(hub);

        var seen = await NodeClients.RunAsync("videos.mjs", new Dictionary<string, string>
        {
            ["HUB_URL"] = hub.Address.GetLeftPart(UriPartial.Authority),
            ["HUB_KEY"] = hub.Key,
            ["PNG"] = MediaVendors.Png,
        });

        Assert.Equal(["queued 0", "in_progress 33", "completed 100"], States("sora"));
        Assert.Equal(["in_progress 0", "in_progress 0", "completed 100"], States("veo"));
        foreach (var name in new[] { "sora", "veo" })
        {
            Assert.Equal((409, "video_not_ready"), (seen[name]!["early"]!["status"]!.GetValue<int>(), seen[name]!["early"]!["code"]!.ToString()));
            Assert.Equal(("video/mp4", VideoVendors.Mp4.Length, VideoVendors.Mp4[^1]), (seen[name]!["type"]!.ToString(), seen[name]!["bytes"]!.GetValue<int>(), seen[name]!["last"]!.GetValue<byte>()));
        }

        Assert.Equal(10, seen["sora"]!["thumbnail"]!.GetValue<int>());
        Assert.Equal("variant", seen["veo"]!["thumbnail"]!["param"]!.ToString());
        Assert.Equal("moderation_blocked", seen["wrong"]!["states"]!.AsArray().Last()!["error"]!["code"]!.ToString());
        Assert.Equal("The video was filtered.", seen["veoWrong"]!["states"]!.AsArray().Last()!["error"]!["message"]!.ToString());

        // 8 s at 0.30 USD for this size; 4 s of 1080p at 0.40; Veo's own 8 s of 720p at 0.40.
        await AssertLedgerAsync("sora", "2.4", "second:1280x720 8 @300000");
        await AssertLedgerAsync("veo", "1.6", "second:1080p 4 @400000");
        await AssertLedgerAsync("veoWrong", "3.2", "second:720p 8 @400000");

        string[] newestFirst = [Id("veoWrong"), Id("wrong"), Id("veo"), Id("sora")];
        Assert.Equal(newestFirst, seen["listed"]!.AsArray().Select(i => i!.ToString()).Take(4));
        Assert.Equal(newestFirst.Where(id => id != Id("wrong")), seen["listedAfter"]!.AsArray().Select(i => i!.ToString()).Take(3));
        Assert.True(seen["deleted"]!["deleted"]!.GetValue<bool>());
        Assert.Equal((404, "video_not_found"), (seen["gone"]!["status"]!.GetValue<int>(), seen["gone"]!["code"]!.ToString()));
        Assert.Equal((404, "video_not_found"), (seen["unknown"]!["status"]!.GetValue<int>(), seen["unknown"]!["code"]!.ToString()));
        Assert.Equal(
            ["size", "seconds", "variant"], new[] { "badSize", "badSeconds", "badVariant" }.Select(name => seen[name]!["param"]!.ToString()));

        // A failure is a debt to the account, noted once and for good, whoever deletes the video, and paid once.
        var jobs = hub.Services.GetRequiredService<IVideoJobs>();
        Assert.True((await jobs.FindAsync("default", VideoJob.CallOf(Id("wrong"))!.Value, default))!.Value is { RefundDue: true, IsDeleted: true });
        Assert.True((await jobs.FindAsync("default", VideoJob.CallOf(Id("veoWrong"))!.Value, default))!.Value.RefundDue);
        Assert.False((await jobs.FindAsync("default", VideoJob.CallOf(Id("sora"))!.Value, default))!.Value.RefundDue);

        await hub.Services.GetRequiredService<VideoRefunds>().BookAllAsync(default);
        await hub.Services.GetRequiredService<VideoRefunds>().BookAllAsync(default);
        Assert.NotNull((await jobs.FindAsync("default", VideoJob.CallOf(Id("veoWrong"))!.Value, default))!.Value.RefundedAt);
        var movements = hub.Services.GetRequiredService<ILedgerStore>().ReadMovementsAsync(PurseId.OfAccount("default"), null, default);
        var refunds = await movements.Where(one => one.Id == $"job|{Id("veoWrong")["video_".Length..]}").ToListAsync();
        Assert.Equal(3_200_000_000, Assert.Single(refunds).Amount);

        var asked = JsonNode.Parse(vendors.Requests.First(r => r.Call == "POST /v1beta/models/veo-3.1-generate-preview:predictLongRunning").Body)!;
        Assert.Equal(MediaVendors.Png, asked["instances"]![0]!["image"]!["bytesBase64Encoded"]!.ToString());
        Assert.Equal("""{"sampleCount":1,"aspectRatio":"9:16","resolution":"1080p","durationSeconds":4}""", asked["parameters"]!.ToJsonString());
        Assert.Empty(vendors.Strangers);

        IEnumerable<string> States(string name) => seen[name]!["states"]!.AsArray().Select(s => $"{s!["status"]} {s["progress"]}");

        string Id(string name) => seen["ids"]![name]!.ToString();

        async Task AssertLedgerAsync(string name, string cost, string expected)
        {
            var line = await hub.LedgerLineAsync(seen[name]!["call"]!.ToString());
            var price = Assert.Single(line["lines"]!.AsArray())!;
            Assert.Equal(expected, $"{price["kind"]}:{price["form"]} {price["units"]} @{price["pricePerMillion"]}");
            Assert.Equal(cost, line["cost"]!.ToString());
        }
    }

    [Fact]
    public async Task Restart_AnotherInstance_KnowsTheJobAndItsCredential()
    {
        await using var vendors = await VideoVendors.StartAsync();
        string id;
        await using (var first = await TestHub.StartAsync(azurite, settings: vendors.Settings))
        {
            id = (await CreateAsync(first, $$"""{"model":"{{Veo}}","prompt":"A restart"}"""))["id"]!.ToString();
        }

        await using var second = await TestHub.StartAsync(azurite, settings: vendors.Settings);
        Assert.Equal("in_progress", (await second.GetAsync($"/v1/videos/{id}"))["status"]!.ToString());

        // Nobody asks for it: the timer does.
        var follower = second.Services.GetRequiredService<VideoFollower>();
        await follower.FollowAllAsync(default);
        await follower.FollowAllAsync(default);
        var job = (await second.Services.GetRequiredService<IVideoJobs>().FindAsync("default", VideoJob.CallOf(id)!.Value, default))!.Value;
        Assert.Equal((VideoStatus.Completed, 100), (job.Status, job.Progress));
        Assert.Empty(vendors.Strangers);
    }

    [Fact]
    public async Task TwoInstances_FollowAFailedJobAtOnce_ItsChargeIsGivenBackOnce()
    {
        await using var vendors = await VideoVendors.StartAsync();
        await using var one = await TestHub.StartAsync(azurite, settings: vendors.Settings);
        await using var two = await TestHub.StartAsync(azurite, settings: vendors.Settings);
        var (account, key) = await one.NewAccountAsync(10_000_000_000);
        using var client = new HttpClient { BaseAddress = one.Address, DefaultRequestHeaders = { Authorization = new("Bearer", key) } };
        using var begun = await client.PostAsync(new Uri("/v1/videos", UriKind.Relative), Json($$"""{"model":"{{Veo}}","prompt":"goes wrong"}"""));
        var id = JsonNode.Parse(await begun.Content.ReadAsStringAsync())!["id"]!.ToString();
        var call = VideoJob.CallOf(id)!.Value;
        for (var i = 0; i < 2; i++)
        {
            Assert.Contains("in_progress", await client.GetStringAsync(new Uri($"/v1/videos/{id}", UriKind.Relative)), StringComparison.Ordinal);
        }

        var purse = PurseId.OfAccount(account);
        var ledger = one.Services.GetRequiredService<ILedgerStore>();
        await Until.TrueAsync(async () => await ledger.FindEventAsync(purse, call, default) is not null, "the call is charged");
        var (followed, due) = (new MeetingJobs.Place(), new MeetingJobs.Place());
        TestHub[] hubs = [one, two];
        var views = hubs.Select(hub => new MeetingJobs(hub.Services.GetRequiredService<IVideoJobs>(), call, followed, due)).ToArray();

        await Task.WhenAll(hubs.Zip(views, (hub, jobs) => Of<VideoFollower>(hub, jobs).FollowAllAsync(default)));
        var booked = await Task.WhenAll(hubs.Zip(views, (hub, jobs) => Of<VideoRefunds>(hub, jobs).BookAllAsync(default)));

        // Both have asked, and have known that the job was due; one has marked it.
        Assert.Equal(4, vendors.Requests.Count(r => r.Call.StartsWith("GET ", StringComparison.Ordinal)));
        Assert.Equal([0, 1], booked.Order());
        var movements = await ledger.ReadMovementsAsync(purse, null, default).Where(one => one.Kind == MovementKind.Adjustment).ToListAsync();
        Assert.Equal(($"job|{call:N}", 3_200_000_000), (Assert.Single(movements).Id, movements[0].Amount));
        Assert.Equal(10_000_000_000, (await one.StateWithoutLeasesAsync(purse)).Available);

        static T Of<T>(TestHub hub, IVideoJobs jobs) => ActivatorUtilities.CreateInstance<T>(hub.Services, jobs);
    }

    [Fact]
    public async Task OtherAccountsVideo_IsNotThere()
    {
        await using var vendors = await VideoVendors.StartAsync();
        await using var hub = await TestHub.StartAsync(azurite, settings: vendors.Settings);
        var ids = hub.Services.GetRequiredService<HubIds>();
        var job = Job(ids.New()) with { Account = "somebody-else" };
        await hub.Services.GetRequiredService<IVideoJobs>().AddAsync(job, default);

        foreach (var (method, path) in new[] { ("GET", ""), ("GET", "/content"), ("DELETE", "") })
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), $"/v1/videos/{job.Id}{path}");
            using var response = await hub.Client.SendAsync(request);
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
            Assert.Equal("video_not_found", JsonNode.Parse(await response.Content.ReadAsStringAsync())!["error"]!["code"]!.ToString());
        }

        using var anonymous = new HttpClient { BaseAddress = hub.Address };
        using var refused = await anonymous.GetAsync(new Uri($"/v1/videos/{job.Id}", UriKind.Relative));
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Empty(vendors.Requests);
    }

    [Fact]
    public async Task VendorThatBreaksDown_IsNotAskedTwice_NorIsAnother()
    {
        await using var vendors = await VideoVendors.StartAsync();
        await using var hub = await TestHub.StartAsync(azurite, settings: vendors.Settings);
        var alias = $"film-{Guid.NewGuid():N}";
        using var made = await hub.Client.PostAsync(new Uri("/api/admin/aliases", UriKind.Relative), Json(
            $$"""{"name":"{{alias}}","targets":[{"model":"openai/sora-2"},{"model":"{{Veo}}","tier":1}]}"""));
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);

        using var response = await hub.Client.PostAsync(
            new Uri("/v1/videos", UriKind.Relative), Json($$"""{"model":"{{alias}}","prompt":"breaks down"}"""));

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Single(vendors.Requests);
        var line = await hub.LedgerLineAsync(response.Headers.GetValues("x-request-id").Single());
        Assert.Equal("0", line["cost"]!.ToString());
    }

    [Fact]
    public async Task MemberWithAnUnusualName_DoesNotMakeTheVideoFree()
    {
        await using var vendors = await VideoVendors.StartAsync();
        await using var hub = await TestHub.StartAsync(azurite, settings: vendors.Settings);

        using var response = await hub.Client.PostAsync(
            new Uri("/v1/videos", UriKind.Relative), Json($$"""{"model":"{{Veo}}","prompt":"A cat","Größe":1}"""));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("dropped a member with an unusual name", response.Headers.GetValues("x-hub-warnings").Single());
        var line = await hub.LedgerLineAsync(response.Headers.GetValues("x-request-id").Single());
        Assert.Equal("3.2", line["cost"]!.ToString());
    }

    [Fact]
    public async Task AnswerThatBreaksOff_BeginsNoVideo()
    {
        await using var vendors = await VideoVendors.StartAsync();
        await using var hub = await TestHub.StartAsync(azurite, settings: vendors.Settings);
        await StoreSoraAsync(hub);

        using var response = await hub.Client.PostAsync(
            new Uri("/v1/videos", UriKind.Relative), Json("""{"model":"openai/sora-2","prompt":"breaks off"}"""));

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        var id = response.Headers.GetValues("x-request-id").Single();
        var line = await hub.LedgerLineAsync(id);
        Assert.Equal("0", line["cost"]!.ToString());
        Assert.Null(await hub.Services.GetRequiredService<IVideoJobs>().FindAsync("default", Guid.ParseExact(id, "N"), default));
    }

    [Fact]
    public async Task VideoThatTheVendorDoesNotKnow_IsLostOnlyAfterSomeMinutes()
    {
        await using var vendors = await VideoVendors.StartAsync();
        await using var hub = await TestHub.StartAsync(azurite, settings: vendors.Settings);
        await StoreSoraAsync(hub);
        var jobs = hub.Services.GetRequiredService<IVideoJobs>();
        var id = (await CreateAsync(hub, """{"model":"openai/sora-2","prompt":"vanishes"}"""))["id"]!.ToString();
        var call = VideoJob.CallOf(id)!.Value;

        // A page of somebody between is no word of the vendor.
        Assert.Equal("queued", (await hub.GetAsync($"/v1/videos/{id}"))["status"]!.ToString());
        Assert.Equal(0, (await StoredAsync()).Value.Missed);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal("queued", (await hub.GetAsync($"/v1/videos/{id}"))["status"]!.ToString());
        }

        var stored = await StoredAsync();
        Assert.Equal(3, stored.Value.Missed);
        await jobs.ReplaceAsync(stored.Value with { MissingSince = stored.Value.MissingSince - TimeSpan.FromMinutes(6) }, stored.ETag, default);
        var seen = await hub.GetAsync($"/v1/videos/{id}");
        Assert.Equal(("failed", "video_lost"), (seen["status"]!.ToString(), seen["error"]!["code"]!.ToString()));

        async Task<Versioned<VideoJob>> StoredAsync() => (await jobs.FindAsync("default", call, default))!;
    }

    [Fact]
    public async Task ClientThatLeaves_StillHasItsVideo_AndPaysForIt()
    {
        await using var vendors = await VideoVendors.StartAsync();
        await using var hub = await TestHub.StartAsync(azurite, settings: vendors.Settings);
        using var leaving = new CancellationTokenSource();
        var call = hub.Client.PostAsync(
            new Uri("/v1/videos", UriKind.Relative), Json($$"""{"model":"{{Veo}}","prompt":"takes its time","seconds":"6"}"""), leaving.Token);
        await Until.NotNullAsync(() => Task.FromResult(vendors.Requests.IsEmpty ? null : vendors));
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        vendors.Release();

        var video = await Until.NotNullAsync(async () =>
            (await hub.GetAsync("/v1/videos?limit=1"))["data"]!.AsArray().FirstOrDefault(v => v!["seconds"]!.ToString() == "6"));
        var line = await hub.LedgerLineAsync(video["id"]!.ToString()["video_".Length..]);

        // Whether the hub has noticed before the vendor answered is the network's to say.
        Assert.Contains(line["outcome"]!.ToString(), (string[])["cancelled", "completed"]);
        Assert.Equal("2.4", line["cost"]!.ToString());
    }

    [Fact]
    public async Task SimulatedImageAndVideo_CanBeTriedWithoutAKey()
    {
        await using var hub = await TestHub.StartAsync(azurite);
        using var made = await hub.Client.PostAsync(
            new Uri("/v1/images/generations", UriKind.Relative), Json("""{"model":"sim/image","prompt":"A cat","n":2}"""));
        var line = await hub.LedgerLineAsync(made.Headers.GetValues("x-request-id").Single());
        Assert.Equal("0.02", line["cost"]!.ToString());

        var video = await CreateAsync(hub, """{"model":"sim/video","prompt":"A cat"}""");
        Assert.Equal(("sim/video", "4"), (video["model"]!.ToString(), video["seconds"]!.ToString()));
        line = await hub.LedgerLineAsync(video["id"]!.ToString()["video_".Length..]);
        Assert.Equal(("0.16", "720x1280"), (line["cost"]!.ToString(), line["lines"]![0]!["form"]!.ToString()));
    }

    [Fact]
    public async Task AddressOnAnotherServer_IsNotCalled()
    {
        await using var vendors = await VideoVendors.StartAsync();
        await using var hub = await TestHub.StartAsync(azurite, settings: vendors.Settings);
        var id = (await CreateAsync(hub, $$"""{"model":"{{Veo}}","prompt":"elsewhere"}"""))["id"]!.ToString();
        await hub.GetAsync($"/v1/videos/{id}");
        await hub.GetAsync($"/v1/videos/{id}");

        using var response = await hub.Client.GetAsync(new Uri($"/v1/videos/{id}/content", UriKind.Relative));

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Equal("upstream_address_blocked", JsonNode.Parse(await response.Content.ReadAsStringAsync())!["error"]!["code"]!.ToString());
    }

    [Fact]
    public async Task JobThatNobodyFinishes_HasFailedAfterADay()
    {
        await using var vendors = await VideoVendors.StartAsync();
        await using var hub = await TestHub.StartAsync(azurite, settings: vendors.Settings);
        var jobs = hub.Services.GetRequiredService<IVideoJobs>();
        var old = Job(new HubIds(new Yesterday()).New());
        await jobs.AddAsync(old, default);

        var seen = await hub.GetAsync($"/v1/videos/{old.Id}");

        Assert.Equal(("failed", "video_timed_out"), (seen["status"]!.ToString(), seen["error"]!["code"]!.ToString()));
        Assert.True((await jobs.FindAsync("default", old.CallId, default))!.Value.RefundDue);
    }

    private static VideoJob Job(Guid call) => new()
    {
        Account = "default",
        CallId = call,
        Provider = "gone",
        Credential = "env:gone:1",
        Model = "veo",
        VendorId = "models/veo/operations/1",
        Seconds = 8,
        Size = "1280x720",
        Status = VideoStatus.InProgress,
    };

    private static async Task<JsonNode> CreateAsync(TestHub hub, string body)
    {
        using var response = await hub.Client.PostAsync(new Uri("/v1/videos", UriKind.Relative), Json(body));
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.OK, text);
        return JsonNode.Parse(text)!;
    }

    internal static async Task StoreSoraAsync(TestHub hub)
    {
        using var stored = await hub.Client.PostAsync(new Uri("/api/admin/models", UriKind.Relative), Json(
            """{"provider":"openai","model":"sora-2","pricePerMillion":{"second":"100000","second:1280x720":"300000"}}"""));
        Assert.True(stored.StatusCode is HttpStatusCode.Created or HttpStatusCode.Conflict, await stored.Content.ReadAsStringAsync());
    }

    private static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");

    private sealed class Yesterday : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() - TimeSpan.FromHours(25);
    }
}
