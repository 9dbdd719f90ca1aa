using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using AigneHub.Hub.Tests.Management;
using AigneHub.Hub.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Hub.Tests.Hostile;

/// <summary>A caller that names a server of its own, to have the vendor's key sent there.</summary>
[Collection(HubCollections.Hostile)]
public sealed class OtherServerTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task Call_ThatNamesAServer_GoesToTheVendorAlone()
    {
        await using var vendor = await FakeUpstream.StartAsync((context, _) =>
        {
            context.Response.ContentType = "application/json";
            return context.Response.WriteAsync(FakeUpstream.Answer("Hi", 1, 1));
        });
        // Nothing keeps the hub from it: it is on loopback, as the vendor is.
        using var thief = new TcpListener(IPAddress.Loopback, 0);
        thief.Start();
        var server = $"http://{thief.LocalEndpoint}/v1";
        await using var hub = await TestHub.StartAsync(azurite, vendor, Managed.PrivateAllowed);
        string[] names =
        [
            "api_base", "base_url", "baseUrl", "api_url", "endpoint", "azure_endpoint", "host", "proxy", "server", "url", "callback_url",
        ];

        foreach (var name in names)
        {
            await CallAsync(body => body[name] = server);
            await CallAsync(body => body["extra_body"] = new JsonObject { [name] = server });
            await CallAsync(body => body["metadata"] = new JsonObject { [name] = server });
            await CallAsync(_ => { }, query: $"?{name}={Uri.EscapeDataString(server)}");
            await CallAsync(_ => { }, header: name.Replace('_', '-'));
            await CallAsync(_ => { }, header: "x-" + name.Replace('_', '-'));
        }

        foreach (var path in (string[])["/v1/messages", "/api/v2/chat"])
        {
            await CallAsync(body => (body["api_base"], body["max_tokens"]) = (server, 9), path);
        }

        Assert.True(vendor.Requests.Count > 40, $"{vendor.Requests.Count} calls");
        Assert.All(vendor.Requests, request => Assert.Equal("Bearer sk-vendor-secret-0123456789", request.Headers["Authorization"]));
        Assert.False(thief.Pending(), "Somebody has called the other server.");

        async Task CallAsync(Action<JsonObject> change, string path = "/v1/chat/completions", string query = "", string? header = null)
        {
            var body = JsonNode.Parse(Managed.Chat("openai/gpt-4o"))!.AsObject();
            change(body);
            using var request = new HttpRequestMessage(HttpMethod.Post, path + query)
            {
                Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json"),
            };
            if (header is not null && header != "host")
            {
                request.Headers.TryAddWithoutValidation(header, server);
            }

            var before = vendor.Requests.Count;
            using var answer = await hub.Client.SendAsync(request);
            // What is not known is refused, or ignored; a call that was made was made to the vendor.
            Assert.True(
                answer.StatusCode is HttpStatusCode.BadRequest || (answer.StatusCode, vendor.Requests.Count) == (HttpStatusCode.OK, before + 1),
                $"{path}{query} {header} {body.ToJsonString()}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        }
    }
}
