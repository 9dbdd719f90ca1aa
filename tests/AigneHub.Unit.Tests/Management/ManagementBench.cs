using System.Text;
using System.Text.Json.Nodes;
using AigneHub.Core;
using AigneHub.Core.Access;
using AigneHub.Core.Accounts;
using AigneHub.Core.Audit;
using AigneHub.Core.Keys;
using AigneHub.Core.Ledger;
using AigneHub.Core.Payments;
using AigneHub.Core.Routing;
using AigneHub.Core.Routing.Health;
using AigneHub.Core.Telemetry;
using AigneHub.Core.Usage;
using AigneHub.Gateway;
using AigneHub.Gateway.Aigne;
using AigneHub.Gateway.Authentication;
using AigneHub.Gateway.Identity;
using AigneHub.Gateway.Management;
using AigneHub.Gateway.Management.Audit;
using AigneHub.Gateway.Management.Members;
using AigneHub.Testing;
using AigneHub.Unit.Tests.Configuration;
using AigneHub.Unit.Tests.Identity;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace AigneHub.Unit.Tests.Management;

/// <summary>The management endpoints of purses over stores in memory, without a server.</summary>
internal sealed class ManagementBench : IDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 11, 23, 12, 30, 0, TimeSpan.Zero);
    private readonly Snapshots _snapshots;

    /// <param name="starter">Nano that a new account is given.</param>
    /// <param name="mint">An identity provider whose tokens are taken; null: none.</param>
    /// <param name="issuer">What else its settings say.</param>
    /// <param name="hasAdministratorKey">The settings name one.</param>
    /// <param name="failuresMax">Failed authentications of an address a minute; 0: any number.</param>
    public ManagementBench(
        HubMode mode, long starter = 0, TokenMint? mint = null, IssuerOptions? issuer = null, bool hasAdministratorKey = true,
        int failuresMax = 0)
    {
        Clock = new FakeTimeProvider(Start);
        Ledger = new MemoryLedger(Clock);
        Pipeline = new Pipeline(
            Ledger, Ledger, Ledger, Clock, unit: mode == HubMode.Provider ? LedgerUnit.NanoCredit : LedgerUnit.NanoUsd);
        Stored.Put(OwnerKind.Account, HubAccounts.FirstId);
        Administrator = AddKey("key_admin", Role.Administrator);
        var snapshots = _snapshots = new Snapshots(mode);
        var options = new GatewayOptions
        {
            KeyCacheSeconds = 0,
            PaymentLink = new Uri("https://pay.example/buy?x=1"),
            AuthenticationFailuresPerMinute = failuresMax,
        };
        var metrics = new HubMetrics(Pipeline.Meter);
        var unexpected = new UnexpectedErrors(metrics, NullLogger<UnexpectedErrors>.Instance);
        var identity = new IdentityOptions();
        if (mint is not null)
        {
            issuer ??= new IssuerOptions();
            (issuer.Issuer, issuer.Audiences) = (mint.Issuer, mint.Audience);
            identity.Issuers["id"] = issuer;
        }

        var opening = new OwnerOpening(
            Stored, Pipeline.Owned, new StarterCredits(new StarterTerms(starter, 0), Stored, Pipeline.Sync, Ledger));
        Uses = new KeyUses(Stored, Clock, NullLogger<KeyUses>.Instance);
        var authenticator = Authenticators.Of(
            Stored, Stored, snapshots, options, Clock, MemberStore, opening, identity, mint is null ? null : new MintDocuments(mint), Uses);
        var trail = new AuditTrail(Audit, new ClientAddress(options), Clock, NullLogger<AuditTrail>.Instance);
        Gate = new CallerGate(authenticator, new ClientAddress(options));
        Options = options;
        var access = Access = new KeyAccess(Stored, Stored, snapshots);
        var calls = new KeyCalls(Stored, Stored, Pipeline.Owned, authenticator, Pipeline.Ids, Clock);
        var handler = new ManagementHandler(
            Gate, access, authenticator, trail, Pipeline.Ids, unexpected, Pipeline.Incidents, metrics, snapshots, NullLogger<ManagementHandler>.Instance);
        Handler = handler;
        var aigne = new AigneHandler(Gate, Pipeline.Ids, unexpected, NullLogger<AigneHandler>.Instance);
        Plans = new AccountPlans(Orders, Stored, Clock);
        var (rules, last) = (new MemberRules(Stored, snapshots), new LastOwner(hasAdministratorKey, MemberStore, Stored));
        Owners = new OwnerEndpoints(
            handler, Stored, Pipeline.Owned, opening, Plans, new AccountClosing(MemberStore, Stored, last, Clock), Configuration, authenticator, snapshots, Clock);
        Members = new MemberEndpoints(handler, MemberStore, rules, last, calls, authenticator, identity, Clock);
        var makers = new InvitationMakers(MemberStore, Stored, new CallerBook(Stored, snapshots, options, Clock), rules, Clock);
        Invitations = new InvitationEndpoints(handler, MemberStore, Stored, rules, makers, last, authenticator, identity, Clock);
        Removal = new OwnerRemovalEndpoints(
            handler, Stored, MemberStore, Stored, calls, last, Pipeline.Lines, Pipeline.Purses, authenticator, snapshots, Clock);
        Keys = new KeyEndpoints(handler, calls, access, Stored, Stored, snapshots);
        OwnKeys = new OwnKeyEndpoints(handler, calls, Stored, MemberStore, options);
        Balances = new BalanceEndpoints(handler, Pipeline.Purses, Pipeline.Owned, snapshots);
        Movements = new MovementEndpoints(
            handler, Pipeline.Sync, Pipeline.Purses, Pipeline.Lines, Pipeline.Owned, snapshots, Clock);
        AuditLog = new AuditEndpoints(handler, Audit, new AuditOptions(), Clock);
        Usage = new UsageEndpoints(handler, Pipeline.Usage, Ledger, Stored, MemberStore, snapshots, Clock);
        AigneUser = new AigneUserEndpoints(aigne, Pipeline.Purses, Pipeline.Lines, options, Clock);
        AigneModels = new AigneModelEndpoints(
            aigne, Gate, snapshots, new HealthBoard(new HealthOptions(), Clock), Pipeline.Purses, options);
        AigneUsage = new AigneUsageEndpoints(aigne, Pipeline.Usage, Pipeline.Purses, snapshots, Clock);
    }

    /// <summary>Without providers and models, until it is set.</summary>
    public HubSnapshot Snapshot
    {
        set => _snapshots.Current = value;
    }

    public FakeTimeProvider Clock { get; }
    public MemoryAudit Audit { get; } = new();
    public AuditEndpoints AuditLog { get; }
    public MemoryLedger Ledger { get; }
    public Pipeline Pipeline { get; }
    public MemoryOwners Stored => Pipeline.Owners;
    public ManagementHandler Handler { get; }
    public MemoryMembers MemberStore { get; } = new();
    public MemberEndpoints Members { get; }
    public InvitationEndpoints Invitations { get; }
    public OwnerRemovalEndpoints Removal { get; }
    public OwnerEndpoints Owners { get; }
    public AccountPlans Plans { get; }
    public MemoryConfiguration Configuration { get; } = new();

    /// <summary>What accounts have ordered.</summary>
    public IOrderStore Orders { get; } = new MemoryPayments();
    public KeyEndpoints Keys { get; }
    public OwnKeyEndpoints OwnKeys { get; }
    public CallerGate Gate { get; }
    public KeyAccess Access { get; }
    public GatewayOptions Options { get; }
    public KeyUses Uses { get; }

    /// <summary>Where calls come from.</summary>
    public System.Net.IPAddress From { get; set; } = System.Net.IPAddress.Loopback;
    public BalanceEndpoints Balances { get; }
    public MovementEndpoints Movements { get; }
    public UsageEndpoints Usage { get; }
    public AigneUserEndpoints AigneUser { get; }
    public AigneModelEndpoints AigneModels { get; }
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
        string? query = null, string method = "POST")
    {
        var context = new DefaultHttpContext();
        context.Request.Method = method;
        context.Request.Headers.Authorization = "Bearer " + (key ?? Administrator);
        context.Connection.RemoteIpAddress = From;
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
        SendAsync(request => Owners.CreateAsync(
            request,
            kind switch
            {
                OwnerKind.Account => ManagementRoutes.CreateAccount,
                OwnerKind.Team => ManagementRoutes.CreateTeam,
                _ => ManagementRoutes.CreateProject,
            },
            kind, default), body);

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
        public HubSnapshot Current { get; set; } = new(mode, [], []);

        public bool IsLoaded => true;
    }
}

/// <summary>What an endpoint answered.</summary>
internal sealed record Reply(int Status, JsonNode Body, string ETag)
{
    public string this[string name] => Body[name]?.ToString() ?? "";
}
