using AigneHub.Hub.Tests.Support;

namespace AigneHub.Hub.Tests.Faults;

/// <summary>What a hub learns from failures, call by call.</summary>
internal static class FailoverStories
{
    private const int AtOnce = 4;
    private const string A = "openai A";
    private const string B = "openai B";
    private const string C = "openrouter";

    private static readonly (string Name, int Credentials, bool Second, Func<FailoverStory, Task> Tell)[] All =
    [
        ("two credentials, one is refused", 2, false, RefusedAsync),
        ("two credentials, one is rate-limited", 2, false, LimitedAsync),
        ("two credentials, the vendor fails", 2, false, FailingAsync),
        ("two credentials, a verdict on the request", 2, true, VerdictAsync),
        ("two vendors, the first one's breaker opens", 1, true, BreakerAsync),
        ("two vendors, a stream begins with an error", 1, true, StreamAsync),
        ("two vendors, everything fails", 2, true, EverythingAsync),
        ("one credential, rate-limited", 1, false, CoolingAsync),
        ("one credential, refused", 1, false, AllRefusedAsync),
        ("two vendors, both rate-limited", 1, true, BothLimitedAsync),
        ("an alias with two tiers: provisioned, and spill-over", 2, true, TiersAsync),
        ("two vendors, the first is overloaded for a named time", 1, true, OverloadedAsync),
    ];

    public static async Task<IReadOnlyList<FailoverRow>> RunAsync(AzuriteFixture azurite)
    {
        var rows = new IReadOnlyList<FailoverRow>[All.Length];
        await Parallel.ForAsync(0, All.Length, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (i, _) =>
        {
            await using var story = await FailoverStory.StartAsync(azurite, All[i].Name, All[i].Credentials, All[i].Second);
            await All[i].Tell(story);
            rows[i] = story.Rows;
        });
        return [.. rows.SelectMany(r => r)];
    }

    private static async Task RefusedAsync(FailoverStory story)
    {
        story.Vendor(A, "401");
        await story.CallAsync();
        await story.CallAsync(times: 5);
        story.Wait(60);
        await story.CallAsync();
        await story.CallAsync(times: 5);
        story.Wait(120);
        story.Vendor(A, "answers");
        await story.CallAsync();
        await story.CallAsync();
    }

    private static async Task LimitedAsync(FailoverStory story)
    {
        story.Vendor(A, "429, Retry-After 30");
        await story.CallAsync();
        story.Wait(29);
        await story.CallAsync(times: 5);
        story.Wait(1);
        story.Vendor(A, "answers");
        story.Vendor(B, "429");
        await story.CallAsync();
    }

    private static async Task FailingAsync(FailoverStory story)
    {
        story.Vendor(A, "500");
        await story.CallAsync();
        story.Vendor(B, "500");
        await story.CallAsync();
    }

    private static async Task VerdictAsync(FailoverStory story)
    {
        story.Vendor(A, "400");
        story.Vendor(B, "422");
        await story.CallAsync();
        await story.CallAsync();
    }

    private static async Task BreakerAsync(FailoverStory story)
    {
        story.Vendor(A, "500");
        await story.CallAsync(times: 5);
        await story.CallAsync();
        story.Wait(5);
        await story.CallAsync();
        await story.CallAsync();
        story.Wait(10);
        story.Vendor(A, "answers");
        await story.CallAsync();
        await story.CallAsync();
    }

    private static async Task StreamAsync(FailoverStory story)
    {
        story.Vendor(A, "begins its stream with an error");
        await story.CallAsync(stream: true);
    }

    private static async Task EverythingAsync(FailoverStory story)
    {
        story.Vendor(A, "500");
        story.Vendor(B, "500");
        story.Vendor(C, "503");
        await story.CallAsync();
    }

    private static async Task CoolingAsync(FailoverStory story)
    {
        story.Vendor(A, "429, Retry-After 17");
        await story.CallAsync();
        await story.CallAsync(times: 5);
        story.Wait(17);
        story.Vendor(A, "answers");
        await story.CallAsync();
        story.Vendor(A, "429");
        await story.CallAsync();
        await story.CallAsync();
    }

    private static async Task AllRefusedAsync(FailoverStory story)
    {
        story.Vendor(A, "401");
        await story.CallAsync();
        await story.CallAsync();
        story.Wait(60);
        story.Vendor(A, "answers");
        await story.CallAsync();
    }

    private static async Task BothLimitedAsync(FailoverStory story)
    {
        story.Vendor(A, "429, Retry-After 8");
        story.Vendor(C, "429, Retry-After 20");
        await story.CallAsync();
        await story.CallAsync();
        story.Wait(8);
        await story.CallAsync();
    }

    private static async Task TiersAsync(FailoverStory story)
    {
        await story.UseTiersAsync();
        story.Vendor(A, "429, Retry-After 30");
        await story.CallAsync();
        story.Vendor(B, "429, Retry-After 20");
        await story.CallAsync();
        await story.CallAsync();
        story.Wait(20);
        story.Vendor(B, "answers");
        await story.CallAsync();
    }

    private static async Task OverloadedAsync(FailoverStory story)
    {
        story.Vendor(A, "503, Retry-After 40");
        await story.CallAsync();
        story.Wait(39);
        story.Vendor(A, "answers");
        await story.CallAsync();
        story.Wait(1);
        await story.CallAsync();
    }
}
