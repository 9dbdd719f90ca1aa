using System.Diagnostics.Metrics;
using System.Text;
using System.Text.Json.Nodes;
using AigneHub.Core.Access;
using AigneHub.Core;
using AigneHub.Core.Accounts;
using AigneHub.Core.Keys;
using AigneHub.Core.Ledger;
using AigneHub.Core.Payments;
using AigneHub.Core.Routing;
using AigneHub.Core.Usage;
using AigneHub.Gateway;
using AigneHub.Gateway.Aigne;
using AigneHub.Gateway.Authentication;
using AigneHub.Gateway.Management;
using AigneHub.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace AigneHub.Unit.Tests.Management;

/// <summary>The management endpoints of purses over stores in memory, without a server.</summary>
internal sealed class ManagementBench : IDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 11, 23, 12, 30, 0, TimeSpan.Zero);

    public ManagementBench(HubMode mode)
    {
        Clock = new FakeTimeProvider(Start);
        Ledger = new MemoryLedger(Clock);
        Pipeline = new Pipeline(
            Ledger, Ledger, Ledger, Clock, unit: mode == HubMode.Provider ? LedgerUnit.NanoCredit : LedgerUnit.NanoUsd);
        Stored.Put(OwnerKind.Account, HubAccounts.FirstId);
        Administrator = AddKey("key_admin", Role.Administrator);
        var snapshots = new Snapshots(mode);
        var options = new GatewayOptions { KeyCacheSeconds = 0, PaymentLink = new Uri("https://pay.example/buy?x=1") };
        var unexpected = new UnexpectedErrors(new Meters(), NullLogger<UnexpectedErrors>.Instance);
        var authenticator = new KeyAuthenticator(
            Stored, Stored, snapshots, new FailureThrottle(options, new ClientAddress(options)), options, Clock);
        var handler = new ManagementHandler(authenticator, Pipeline.Ids, unexpected, Pipeline.Incidents, NullLogger<ManagementHandler>.Instance);
        Handler = handler;
        var aigne = new AigneHandler(authenticator, Pipeline.Ids, unexpected, NullLogger<AigneHandler>.Instance);
        Owners = new OwnerEndpoints(
            handler, Stored, Pipeline.Owned, new StarterCredits(new StarterTerms(0, 0), Stored, Pipeline.Sync, Ledger), authenticator,
            snapshots, Clock);
        Keys = new KeyEndpoints(handler, Stored, Stored, Pipeline.Owned, authenticator, snapshots, Pipeline.Ids, Clock);
        Balances = new BalanceEndpoints(handler, Pipeline.Purses, Pipeline.Owned, snapshots);
        Movements = new MovementEndpoints(
            handler, Pipeline.Sync, Pipeline.Purses, Pipeline.Lines, Pipeline.Owned, snapshots, Clock);
        Usage = new UsageEndpoints(handler, Pipeline.Usage, Ledger, Stored, snapshots, Clock);
        AigneUser = new AigneUserEndpoints(aigne, Pipeline.Purses, Pipeline.Lines, options, Clock);
        AigneUsage = new AigneUsageEndpoints(aigne, Pipeline.Usage, Pipeline.Purses, snapshots, Clock);
    }

    public FakeTimeProvider Clock { get; }
    public MemoryLedger Ledger { get; }
    public Pipeline Pipeline { get; }
    public MemoryOwners Stored => Pipeline.Owners;
    public ManagementHandler Handler { get; }
    public OwnerEndpoints Owners { get; }
    public KeyEndpoints Keys { get; }
    public BalanceEndpoints Balances { get; }
    public MovementEndpoints Movements { get; }
    public UsageEndpoints Usage { get; }
    public AigneUserEndpoints AigneUser { get; }
    public AigneUsageEndpoints AigneUsage { get; }

    /// <summary>The administrator's key.</summary>
    public string Administrator { get; }

    public string AddKey(
        string id, Role role = Role.Member, string account = HubAccounts.FirstId, string? team = null, string? project = null)
    {
        var secret = HubKey.Generate();
        Stored.Put(new KeyRecord
        {
            Id = id,
            Hash = HubKey.Hash(secret),
            Account = account,
            Team = team,
            Project = project,
            Name = id,
            Role = role,
            Hint = secret[^4..],
            CreatedAt = Start,
        });
        return secret;
    }

    public async Task<Reply> SendAsync(
        Func<HttpRequest, Task> endpoint, string? body = null, string? ifMatch = null, string? idempotencyKey = null, string? key = null,
        string? query = null)
    {
        var context = new DefaultHttpContext();
        context.Request.Headers.Authorization = "Bearer " + (key ?? Administrator);
        context.Request.QueryString = new QueryString(query);
        if (body is not null)
        {
            context.Request.ContentType = "application/json";
            context.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(body));
        }

        if (ifMatch is not null)
        {
            context.Request.Headers.IfMatch = ifMatch;
        }

        if (idempotencyKey is not null)
        {
            context.Request.Headers["Idempotency-Key"] = idempotencyKey;
        }

        var answer = new MemoryStream();
        context.Response.Body = answer;
        await endpoint(context.Request);
        var text = Encoding.UTF8.GetString(answer.ToArray());
        return new Reply(
            context.Response.StatusCode, text.Length == 0 ? new JsonObject() : JsonNode.Parse(text)!, context.Response.Headers.ETag.ToString());
    }

    public Task<Reply> CreateAsync(OwnerKind kind, string body) =>
        SendAsync(request => Owners.CreateAsync(request, ManagementRoutes.CreateAccount, kind, default), body);

    public Task<Reply> GetAsync(OwnerKind kind, string id) => SendAsync(request => Owners.GetAsync(request, ManagementRoutes.ListAccounts, kind, id, default));

    public Task<Reply> PatchAsync(OwnerKind kind, string id, string body, string etag) =>
        SendAsync(request => Owners.UpdateAsync(request, ManagementRoutes.UpdateAccount, kind, id, default), body, etag);

    public Task<Reply> BalanceAsync(PurseId purse) => SendAsync(request => Balances.OfAsync(request, ManagementRoutes.AccountBalance, purse, default));

    public Task<Reply> GrantAsync(string account, string body, string? idempotencyKey) => SendAsync(
        request => Movements.GrantAsync(request, ManagementRoutes.GrantCredit, PurseId.OfAccount(account), default), body, idempotencyKey: idempotencyKey);

    public Task<Reply> AdjustAsync(PurseId purse, string body, string? idempotencyKey) =>
        SendAsync(request => Movements.AdjustAsync(request, ManagementRoutes.AdjustAccount, purse, default), body, idempotencyKey: idempotencyKey);

    /// <summary>Usage of a call, settled and not folded.</summary>
    public async Task SettleAsync(PurseSet purses, UsageEvent usage)
    {
        foreach (var message in UsageSamples.Messages(Pipeline.Ids, [usage], purses))
        {
            await Pipeline.Processor.SettleAsync(message, default);
        }
    }

    public void Dispose() => Pipeline.Dispose();

    private sealed class Snapshots(HubMode mode) : IHubSnapshots
    {
        public HubSnapshot Current { get; } = new(mode, [], []);

        public bool IsLoaded => true;
    }

    private sealed class Meters : IMeterFactory
    {
        public Meter Create(MeterOptions options) => new(options);

        public void Dispose()
        {
        }
    }
}

/// <summary>What an endpoint answered.</summary>
internal sealed record Reply(int Status, JsonNode Body, string ETag)
{
    public string this[string name] => Body[name]?.ToString() ?? "";
}
