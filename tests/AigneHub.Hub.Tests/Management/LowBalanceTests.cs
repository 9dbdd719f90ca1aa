using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using AigneHub.Hub.Tests.Stories;
using AigneHub.Hub.Tests.Support;
using AigneHub.Unit.Tests.Notices;

namespace AigneHub.Hub.Tests.Management;

/// <summary>Whoever has named a threshold is told when the balance falls below it.</summary>
[Collection(HubCollections.Management)]
public sealed class LowBalanceTests(AzuriteFixture azurite, SellerFixture seller) : IClassFixture<SellerFixture>
{
    [Fact]
    public async Task Balance_BelowTheThreshold_IsToldOnceByWebhookAndMail_AndAgainAfterAGrant()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var mails = new MailServer();
        await using var hub = await TestHub.StartAsync(azurite, settings: new Dictionary<string, string?>(seller.Settings)
        {
            ["AigneHub:Notifications:WebhookUrl"] = receiver.Url,
            ["AigneHub:Notifications:WebhookSecret"] = "whsec_" + Convert.ToBase64String(new byte[32]),
            ["AigneHub:Notifications:SmtpHost"] = "127.0.0.1",
            ["AigneHub:Notifications:SmtpPort"] = mails.Port.ToString(CultureInfo.InvariantCulture),
            ["AigneHub:Notifications:SmtpFrom"] = "hub@example.org",
            ["AigneHub:Leases:IdleSeconds"] = "0.5",
        });
        var made = await hub.DoAsync(
            HttpMethod.Post, "/api/admin/accounts", """{"id":"low","name":"Low","email":"low@example.org","lowBalance":"0.0002"}""",
            HttpStatusCode.Created);
        Assert.Equal("0.0002", made["lowBalance"]!.ToString());
        var key = await hub.NewKeyAsync("\"account\":\"low\"");

        // Without any credit it is below from the beginning.
        await ToldAsync(1);
        await GrantAsync("first");
        await hub.CallUntilRefusedAsync(key);
        await ToldAsync(2);
        await GrantAsync("second");
        Assert.True(Balance(await hub.GetAsync("/api/admin/accounts/low/balance")) > 0.0002m);
        await hub.CalledAgainAsync(key);
        await hub.CallUntilRefusedAsync(key);
        await ToldAsync(3);
        Assert.Equal(3, Low().Count);

        var last = Low()[^1];
        Assert.Equal(("account:low", "account Low", "0.0002"), (last["purse"]!.ToString(), last["owner"]!.ToString(), last["limit"]!.ToString()));
        Assert.InRange(Balance(last), 0, 0.0002m);
        Assert.All(Mails(), mail => Assert.Contains("RCPT TO:<low@example.org>", mail, StringComparison.OrdinalIgnoreCase));

        List<JsonNode> Low() =>
            [.. receiver.Got.Select(got => JsonNode.Parse(got.Body)!).Where(one => one["type"]!.ToString() == "balance.low")];

        List<string> Mails() => [.. mails.Mails.Where(mail => mail.Contains("the balance is low", StringComparison.Ordinal))];

        Task ToldAsync(int times) => Until.TrueAsync(
            () => Task.FromResult(Low().Count >= times && Mails().Count >= times), $"told {times} times");

        Task GrantAsync(string id) => hub.DoAsync(
            HttpMethod.Post, "/api/admin/accounts/low/grants", """{"amount":"0.0003","reason":"test"}""", HttpStatusCode.Created,
            headers: ("Idempotency-Key", id));
    }

    private static decimal Balance(JsonNode document) => decimal.Parse(document["balance"]!.ToString(), CultureInfo.InvariantCulture);
}
