using System.Net;
using System.Net.Http.Headers;
using AigneHub.Gateway.Management;
using AigneHub.Hub.Tests.Management;
using AigneHub.Hub.Tests.Support;

namespace AigneHub.Hub.Tests.Hostile;

/// <summary>What a page of another site can send without being asked for is no call.</summary>
[Collection(HubCollections.Hostile)]
public sealed class ContentTypeTests(HostileHub hostile) : IClassFixture<HostileHub>
{
    /// <summary>Those that take no body, or do without one.</summary>
    private static readonly string[] Bodiless =
    [
        "TestAlias", "TestCredential", "TestProvider", "TestStoredModel", "RotateKey", "RotateMyKey", "RequeuePoison", "RotateSecrets",
        // Signed by its sender, whatever its type.
        "StripeWebhook",
        // Of tokens alone, which browsers don't send by themselves either.
        "AcceptInvitation",
    ];

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/xml")]
    [InlineData("")]
    public async Task AnyCallThatTakesABody_OfAnotherType_IsRefused(string type)
    {
        await using var managed = new Managed(hostile.Hub);
        var things = await ThingsAsync(managed);
        var taken = new List<string>();
        var count = 0;
        foreach (var (function, method, path) in RouteTricks.Routes.Where(route => route.Method is "POST" or "PUT" or "PATCH"))
        {
            if (Bodiless.Contains(function))
            {
                continue;
            }

            var real = things.Keys.FirstOrDefault(one => path.StartsWith(one + "/x", StringComparison.Ordinal)) is { } prefix
                ? $"{prefix}/{things[prefix]}{path[(prefix.Length + 2)..]}" : path;
            using var request = new HttpRequestMessage(new HttpMethod(method), real) { Content = new ByteArrayContent("{}"u8.ToArray()) };
            request.Content.Headers.ContentType = type.Length == 0 ? null : new MediaTypeHeaderValue(type);
            request.Headers.TryAddWithoutValidation("If-Match", "*");
            request.Headers.Add("Idempotency-Key", $"{Guid.NewGuid()}");
            using var response = await hostile.Hub.Client.SendAsync(request);
            count++;
            if (response.StatusCode != Expected(function))
            {
                taken.Add($"{function} {method} {real}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
            }
        }

        Assert.True(taken.Count == 0, string.Join('\n', taken));
        Assert.True(count > 60, $"{count} calls");
        await hostile.UnharmedAsync();
    }

    /// <summary>What this hub's mode doesn't have, it says before it looks at the body.</summary>
    private static HttpStatusCode Expected(string function) =>
        function is "UpdateMargins" or "PutPriceOverride"
            || ManagementRoutes.All.SingleOrDefault(route => route.Function == function)?.Mode is Core.HubMode.Provider
            ? HttpStatusCode.Conflict
            : HttpStatusCode.UnsupportedMediaType;

    /// <summary>A path and the id of what is there, for calls that look for it before they read their body.</summary>
    private static async Task<Dictionary<string, string>> ThingsAsync(Managed managed)
    {
        var id = Managed.NewId("typed");
        foreach (var kind in (string[])["accounts", "teams", "projects"])
        {
            await managed.SendAsync(HttpMethod.Post, kind, $$"""{"id":"{{id}}","name":"Typed"}""");
        }

        var (_, key, _) = await managed.SendAsync(HttpMethod.Post, "keys", """{"name":"typed"}""");
        SecretWatch.Plant(key["key"]!.ToString());
        await managed.CreateAsync("providers", $$"""{"id":"{{id}}","vendor":"custom-openai","baseUrl":"https://{{id}}.example.org/v1"}""");
        var (credential, _) = await managed.CreateAsync("credentials", $$"""{"provider":"{{id}}","name":"typed","kind":"none"}""");
        await managed.CreateAsync("models", $$"""{"provider":"{{id}}","model":"m"}""");
        await managed.CreateAsync("aliases", $$"""{"name":"{{id}}","targets":[{"model":"sim/chat-fast"}]}""");
        return new Dictionary<string, string>
        {
            ["/api/admin/accounts"] = id,
            ["/api/admin/teams"] = id,
            ["/api/admin/projects"] = id,
            ["/api/admin/keys"] = key["id"]!.ToString(),
            ["/api/admin/providers"] = id,
            ["/api/admin/credentials"] = credential["id"]!.ToString(),
            ["/api/admin/models"] = $"{id}/m",
            ["/api/admin/rates/overrides"] = $"{id}/m",
            ["/api/admin/aliases"] = id,
        };
    }
}
