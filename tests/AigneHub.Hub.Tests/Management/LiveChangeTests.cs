using System.Collections.Concurrent;
using System.Net;
using AigneHub.Hub.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Hub.Tests.Management;

/// <summary>Changes while calls run.</summary>
[Collection(HubCollections.Management)]
public sealed class LiveChangeTests(AzuriteFixture azurite)
{
    private const int CallersAnInstance = 8;
    private const string OldSecret = "sk-live-change-old-0123";
    private const string NewSecret = "sk-live-change-new-4567";

    /// <summary>
    /// Two instances under load; a credential's secret and then an alias' target are changed on the first. Every call
    /// succeeds, and at the end both instances use what was changed.
    /// </summary>
    [Fact]
    public async Task Change_CredentialAndAliasUnderLoadOnTwoInstances_NoCallFails()
    {
        await using var vendor = await FakeUpstream.StartAsync(AnswerAsync);
        await using var first = await TestHub.StartAsync(azurite, settings: Managed.PrivateAllowed);
        await using var second = await TestHub.StartAsync(azurite, settings: Managed.PrivateAllowed);
        await using var managed = new Managed(first);
        var id = Managed.NewId("live");
        var alias = Managed.NewId("alias");
        var (credential, credentialVersion) = await managed.CreateProviderAsync(id, vendor, OldSecret);
        var (_, aliasVersion) = await managed.CreateAsync("aliases", $$"""{"name":"{{alias}}","targets":[{"model":"{{id}}/old"}]}""");
        await Until.TrueAsync(async () => (await second.ChatAsync(Managed.Chat(alias))).IsSuccessStatusCode, "the second hub");

        using var stop = new CancellationTokenSource();
        var failures = new ConcurrentQueue<string>();
        var calls = new int[2];
        var load = Enumerable.Range(0, 2 * CallersAnInstance)
            .Select(i => CallAsync(i % 2 == 0 ? first : second, alias, failures, () => Interlocked.Increment(ref calls[i % 2]), stop.Token))
            .ToArray();
        await Until.TrueAsync(() => Task.FromResult(calls.All(count => count > 50)), "the load");

        await managed.PatchAsync($"credentials/{credential}", credentialVersion, $$"""{"secret":"{{NewSecret}}"}""");
        await SettledAsync(vendor, request => request.Headers["Authorization"] == $"Bearer {NewSecret}", calls);
        await managed.PatchAsync($"aliases/{alias}", aliasVersion, $$"""{"targets":[{"model":"{{id}}/new"}]}""");
        await SettledAsync(vendor, request => request.Body.Contains("\"new\"", StringComparison.Ordinal), calls);

        await stop.CancelAsync();
        await Task.WhenAll(load);
        Assert.Empty(failures);
        Assert.Contains(vendor.Requests, request => request.Headers["Authorization"] == $"Bearer {OldSecret}");
    }

    private static Task AnswerAsync(HttpContext context, System.Text.Json.Nodes.JsonNode body)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(FakeUpstream.Answer("Hello", 9, 2));
    }

    private static async Task CallAsync(
        TestHub hub, string model, ConcurrentQueue<string> failures, Action done, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            using var response = await hub.ChatAsync(Managed.Chat(model), cancellationToken: CancellationToken.None);
            var text = await response.Content.ReadAsStringAsync(CancellationToken.None);
            if (response.StatusCode != HttpStatusCode.OK || !text.Contains("Hello", StringComparison.Ordinal))
            {
                failures.Enqueue($"{(int)response.StatusCode} {text}");
            }

            done();
        }
    }

    /// <summary>Both instances make calls, and all that come to the vendor are as they should be.</summary>
    private static Task SettledAsync(FakeUpstream vendor, Func<Received, bool> isNew, int[] calls) => Until.TrueAsync(
        async () =>
        {
            var seen = vendor.Requests.Count;
            var before = calls.ToArray();
            await Until.TrueAsync(
                () => Task.FromResult(calls.Zip(before).All(pair => pair.First >= pair.Second + (2 * CallersAnInstance))), "more calls");
            return vendor.Requests.Skip(seen + (2 * CallersAnInstance)).All(isNew);
        },
        "the change on both instances");
}
