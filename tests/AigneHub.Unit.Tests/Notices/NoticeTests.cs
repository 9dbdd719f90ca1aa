using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using AigneHub.Billing;
using AigneHub.Core.Accounts;
using AigneHub.Core.Keys;
using AigneHub.Core.Ledger;
using AigneHub.Core.Notices;
using AigneHub.Core.Usage;
using AigneHub.Providers.Notices;
using AigneHub.Providers.Upstream;
using AigneHub.Testing;
using Microsoft.Extensions.Time.Testing;

namespace AigneHub.Unit.Tests.Notices;

public sealed class NoticeTests
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static readonly DateTimeOffset Start = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    private static readonly PurseId Team = PurseId.OfTeam("blue");
    private readonly FakeTimeProvider _clock = new(Start);
    private readonly MemoryNotices _store = new();
    private readonly IncidentLog _incidents = new();
    private readonly MemoryLedger _ledger;

    public NoticeTests() => _ledger = new MemoryLedger(_clock);

    [Fact]
    public async Task Threshold_ProcessDiesBeforeItIsKept_TheNextSyncTellsIt()
    {
        var (dying, living) = (new NoticeBox(), new NoticeBox());
        await SpendAsync(dying, 60);
        Assert.Empty(_store.All);
        var sync = NewSync(living);
        await sync.SyncAsync(Team, SyncCommand.None.Soon, default);
        Assert.True(await Keeper(living, sync).KeepToldAsync(default));
        var kept = Assert.Single(_store.All);
        Assert.Equal((Team, 50, 100L, 60L), (kept.Purse, kept.Percent, kept.Limit, kept.Amount));
        Assert.Empty((await sync.SyncAsync(Team, SyncCommand.None.Soon, default)).State!.Notices);
        Assert.Empty(living.TakeAll());

        // The other one was not dead after all: what it keeps now is the same.
        Assert.True(await Keeper(dying, NewSync(dying)).KeepToldAsync(default));
        Assert.Single(_store.All);
    }

    [Fact]
    public async Task Webhook_IsSignedAsTheStandardSays_AndRepeatedUnderTheSameId()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        using var webhook = NewWebhook(receiver.Url);
        receiver.Status = 500;
        await KeepAsync(webhook);
        var failed = Assert.Single(_store.All);
        Assert.Equal("It answered with status 500.", Assert.Single(failed.Deliveries[0].Attempts).Error);
        Assert.Equal(Start.AddMinutes(1), failed.NextAt);

        receiver.Status = 200;
        var sender = NewSender(webhook);
        Assert.Equal(0, await sender.SendDueAsync(default)); // Not yet.
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(1, await sender.SendDueAsync(default));
        Assert.Equal(0, await sender.SendDueAsync(default));
        var (sent, again) = (receiver.Got[0], receiver.Got[1]);
        Assert.Equal((2, sent.Id, sent.Body), (receiver.Got.Count, again.Id, again.Body));
        Assert.NotEqual(sent.Timestamp, again.Timestamp);
        var body = JsonNode.Parse(sent.Body)!;
        Assert.Equal(
            ("budget.threshold", "team:blue", "team Blue\r\nBcc: x@example.org", 50, "0.0000001", "0.00000006", "USD", sent.Id),
            (Text("type"), Text("purse"), Text("owner"), body["percent"]!.GetValue<int>(), Text("limit"), Text("spent"), Text("unit"), Text("id")));
        Assert.Equal(Start.Date.AddDays(1), body["periodEnd"]!.GetValue<DateTime>());
        using var hmac = new HMACSHA256(Convert.FromBase64String(Secret[6..]));
        Assert.Equal(
            "v1," + Convert.ToBase64String(hmac.ComputeHash(Encoding.UTF8.GetBytes($"{again.Id}.{again.Timestamp}.{again.Body}"))),
            again.Signature);
        Assert.Null(Assert.Single(_store.All).NextAt);

        string Text(string name) => body[name]!.GetValue<string>();
    }

    [Fact]
    public async Task Webhook_NeverAnswersWell_IsGivenUpAfterThreeDaysWithAnIncident()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        using var webhook = NewWebhook(receiver.Url);
        receiver.Status = 302; // Not followed.
        await KeepAsync(webhook);
        while (_store.All[0].NextAt is { } next)
        {
            _clock.SetUtcNow(next);
            await NewSender(webhook).SendDueAsync(default);
        }

        Assert.Equal(10, receiver.Got.Count);
        Assert.InRange(_clock.GetUtcNow() - Start, TimeSpan.FromDays(2.9), TimeSpan.FromDays(3.1));
        Assert.Equal(IncidentKind.NoticeFailed, Assert.Single(_incidents.All).Kind);
    }

    [Fact]
    public async Task Webhook_OnAPrivateNetwork_IsNotCalledUnlessAllowed()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        var options = new NotificationOptions { WebhookUrl = receiver.Url, WebhookSecret = Secret };
        Assert.Contains("WebhookUrl", WebhookChannel.WhatIsWrong(options, new UpstreamOptions()), StringComparison.Ordinal);
        Assert.Null(WebhookChannel.WhatIsWrong(options, new UpstreamOptions { PrivateNetworks = true }));
        options.WebhookSecret = "whsec_c2hvcnQ=";
        Assert.Contains("WebhookSecret", WebhookChannel.WhatIsWrong(options, new UpstreamOptions { PrivateNetworks = true }), StringComparison.Ordinal);
        options.WebhookSecret = Secret;

        // A name may lead there later.
        using var webhook = new WebhookChannel(options, new UpstreamOptions(), _clock);
        await KeepAsync(webhook);
        Assert.NotNull(_store.All[0].Deliveries[0].Attempts[0].Error);
        Assert.Empty(receiver.Got);
    }

    [Fact]
    public async Task Mail_GoesToTheHubsAddressesAndTheOwner_WithoutForeignHeaders()
    {
        await using var server = new MailServer();
        var options = new NotificationOptions
        {
            SmtpHost = "127.0.0.1",
            SmtpPort = server.Port,
            SmtpFrom = "hub@example.org",
            SmtpTo = "ops@example.org, owner@example.org",
        };
        Assert.Null(MailChannel.WhatIsWrong(options));
        await KeepAsync(new MailChannel(options));
        var mail = Assert.Single(server.Mails);
        Assert.Contains("RCPT TO:<ops@example.org>", mail, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(2, mail.Split("RCPT TO").Length - 1);
        Assert.Contains("Subject: team Blue  Bcc: x@example.org: 50 % of the budget is used", mail, StringComparison.Ordinal);
        Assert.DoesNotContain("\nBcc:", mail, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("has used 0.00000006 of its budget of 0.0000001 USD (50 % or more).", mail, StringComparison.Ordinal);
        Assert.Contains($"{_store.All[0].Id}@aignehub", mail, StringComparison.Ordinal);
        Assert.True(_store.All[0].Deliveries[0].IsDelivered);
    }

    [Theory]
    [InlineData(true, "budget.refused", "0.0000001", "spent", "has used 0.00000009 of its budget of 0.0000001 USD. The rest did not carry a call")]
    [InlineData(false, "balance.refused", null, "balance", "The balance of team Blue is 0.00000009 USD. It did not carry a call")]
    public async Task Refusal_InBothWays_SaysWhatIsLeft(bool isBudget, string type, string? limit, string amount, string text)
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var server = new MailServer();
        using var webhook = NewWebhook(receiver.Url);
        var mail = new MailChannel(new NotificationOptions
        {
            SmtpHost = "127.0.0.1",
            SmtpPort = server.Port,
            SmtpFrom = "hub@example.org",
            SmtpTo = "ops@example.org",
        });
        var notice = new PurseNotice(1, null, isBudget ? 100 : 0, 90, isBudget ? Start.AddDays(1) : null, Start, Refused: true);
        var message = new NoticeMessage(NoticeRecord.Of(Team, LedgerUnit.NanoUsd, notice, []), "team Blue", null);

        Assert.Equal((null, null), (await webhook.SendAsync(message, default), await mail.SendAsync(message, default)));

        var body = JsonNode.Parse(Assert.Single(receiver.Got).Body)!;
        Assert.Equal((type, limit, "0.00000009"), (body["type"]!.ToString(), body["limit"]?.ToString(), body[amount]!.ToString()));
        Assert.Contains(text, Assert.Single(server.Mails), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mail_ServerRefuses_IsTriedAgain()
    {
        await using var server = new MailServer { IsFull = true };
        var mail = new MailChannel(new NotificationOptions { SmtpHost = "127.0.0.1", SmtpPort = server.Port, SmtpFrom = "hub@example.org" });
        await KeepAsync(mail);
        Assert.Equal("The mail server refused it with 452.", _store.All[0].Deliveries[0].Attempts[0].Error);
        server.IsFull = false;
        _clock.Advance(TimeSpan.FromMinutes(1));
        await NewSender(mail).SendDueAsync(default);
        Assert.Contains("owner@example.org", Assert.Single(server.Mails), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x", 0, "a@b.c", "", "SmtpPort")]
    [InlineData("x", 25, "", "", "SmtpFrom")]
    [InlineData("x", 25, "a@b.c", "@@", "SmtpTo")]
    public void Mail_WrongSettings_AreNamed(string host, int port, string from, string to, string setting) => Assert.Contains(
        setting, MailChannel.WhatIsWrong(new() { SmtpHost = host, SmtpPort = port, SmtpFrom = from, SmtpTo = to }), StringComparison.Ordinal);

    private WebhookChannel NewWebhook(string url) => new(
        new NotificationOptions { WebhookUrl = url, WebhookSecret = Secret }, new UpstreamOptions { PrivateNetworks = true }, _clock);

    private PurseSync NewSync(NoticeBox box) => new(
        _ledger, new PurseRegistrar(_ledger, LedgerUnit.NanoUsd, _incidents, _clock), LeaseTimes.Default, box, _incidents, new Random(1), _clock);

    private NoticeSender NewSender(params INoticeChannel[] channels) =>
        new(_store, new OneTeam(), null!, channels, _incidents, _clock);

    private NoticeKeeper Keeper(NoticeBox box, PurseSync sync, params INoticeChannel[] channels) =>
        new(box, sync, _store, NewSender(channels), _incidents, _clock);

    private async Task SpendAsync(NoticeBox box, long cost)
    {
        var sync = NewSync(box);
        await sync.SyncAsync(
            Team,
            new SyncCommand.Configure(PurseKind.Soft, LedgerUnit.NanoUsd, new Budget(100, PeriodLength.Day, "UTC"), new PurseAlerts([50])), default);
        await _ledger.InsertUnitAsync(Team, PurseSamples.Usage(cost), [], default);
        await sync.SyncAsync(Team, SyncCommand.None.Instance, default);
    }

    /// <summary>Spends, keeps the notice and sends it once.</summary>
    private async Task KeepAsync(INoticeChannel channel)
    {
        using var box = new NoticeBox();
        await SpendAsync(box, 60);
        Assert.True(await Keeper(box, NewSync(box), channel).KeepToldAsync(default));
    }

    private sealed class OneTeam : IOwnerStore
    {
        public Task<Versioned<OwnerRecord>?> FindAsync(OwnerKind kind, string id, CancellationToken cancellationToken) =>
            Task.FromResult<Versioned<OwnerRecord>?>(new(
                new OwnerRecord
                {
                    Kind = kind,
                    Id = id,
                    Name = "Blue\r\nBcc: x@example.org",
                    CreatedAt = Start,
                    Email = "owner@example.org",
                },
                "1"));

        public Task<Page<Versioned<OwnerRecord>>> ListAsync(OwnerKind kind, int limit, string? continuation, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<bool> AddAsync(OwnerRecord owner, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<bool> ReplaceAsync(OwnerRecord owner, string etag, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
