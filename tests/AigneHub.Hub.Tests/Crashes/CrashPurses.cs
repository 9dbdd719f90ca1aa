using System.Diagnostics.Metrics;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using AigneHub.Core.Archive;
using AigneHub.Core.Ledger;
using AigneHub.Core.Notices;
using AigneHub.Core.Telemetry;
using AigneHub.Core.Usage;
using AigneHub.Functions;
using AigneHub.Hub.Tests.Support;
using AigneHub.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace AigneHub.Hub.Tests.Crashes;

/// <summary>An account with little credit and two keys, one with a little budget: made over HTTP, watched in the tables.</summary>
internal sealed class CrashPurses : IAsyncDisposable
{
    private const string Account = "acme";
    private readonly ServiceProvider _storage;
    private readonly ILedgerStore _ledger;
    private readonly NoticeBox _notices = new();
    private readonly Meter _meter = new(TelemetryNames.Source);
    private readonly PurseSync _sync;
    private readonly Dictionary<PurseId, (long Last, long Made)> _debts = [];
    private readonly Dictionary<PurseId, Int128> _least = [];
    private int _number;

    public CrashPurses(string connectionString, LeaseTimes times)
    {
        _storage = new ServiceCollection().AddHubStorage(new StorageOptions { ConnectionString = connectionString }).BuildServiceProvider();
        _ledger = _storage.GetRequiredService<ILedgerStore>();
        var incidents = new LoggedIncidents(new HubMetrics(_meter), NullLogger<LoggedIncidents>.Instance);
        var registrar = new PurseRegistrar(
            _storage.GetRequiredService<IPurseRegistry>(), LedgerUnit.NanoCredit, incidents, TimeProvider.System);
        _sync = new PurseSync(_ledger, registrar, times, _notices, incidents, Random.Shared, TimeProvider.System);
    }

    public static PurseId Home { get; } = PurseId.OfAccount(Account);

    /// <summary>The key with a budget.</summary>
    public PurseId Budget { get; private set; }

    public IReadOnlyList<PurseId> All => [Home, Budget];

    /// <returns>Two keys.</returns>
    public async Task<IReadOnlyList<string>> CreateAsync(HubProcess gateway)
    {
        await PostAsync(gateway, "/api/admin/accounts", """{"id":"acme","name":"Acme"}""");
        var tight = await PostAsync(
            gateway, "/api/admin/keys", """{"name":"tight","account":"acme","budget":{"limit":"0.002","period":"month","alerts":[]}}""");
        var free = await PostAsync(gateway, "/api/admin/keys", """{"name":"free","account":"acme"}""");
        Budget = PurseId.OfKey(tight["id"]!.GetValue<string>());
        return [tight["key"]!.GetValue<string>(), free["key"]!.GetValue<string>()];
    }

    /// <summary>More for one purse, after a look at what it owes.</summary>
    public async Task AddAsync(PurseId purse, long nano)
    {
        await LookAsync(purse);
        var id = new OutsideId("test", $"{++_number}");
        SyncCommand command = purse == Home
            ? new SyncCommand.GrantCredit(id, nano, "test", "test")
            : new SyncCommand.Adjust(id, nano, "test", "test");
        SyncResult result;
        do
        {
            result = await _sync.SyncAsync(purse, command, default);
        }
        while (result.Outcome == SyncOutcome.Busy);
        Assert.True(result.Outcome is SyncOutcome.Done or SyncOutcome.BookedBefore, $"{result.Outcome}");
        _debts[purse] = (result.State?.Debt ?? 0, _debts[purse].Made);
    }

    /// <summary>Looks at what is written, between two commits of anybody.</summary>
    public async Task LookAsync(PurseId purse)
    {
        var state = (await _ledger.ReadPurseAsync(purse, 1, default)).State?.Value;
        var debt = state?.Debt ?? 0;
        var (last, made) = _debts.GetValueOrDefault(purse);
        _least[purse] = Int128.Min(state?.Available ?? 0, _least.GetValueOrDefault(purse));
        _debts[purse] = (debt, made + Math.Max(0, debt - last));
    }

    /// <summary>All that the purse has ever owed: only <see cref="AddAsync"/> pays debts, and looks before.</summary>
    public long DebtMade(PurseId purse) => _debts[purse].Made;

    /// <summary>The least that was left beside all that is reserved; below 0 more was promised than there was.</summary>
    public Int128 LeastAvailable(PurseId purse) => _least[purse];

    /// <summary>When everything is folded, and what dead gateways had reserved has come back.</summary>
    public async Task<PurseState> CalmAsync(PurseId purse)
    {
        var calm = await Until.NotNullAsync(
            async () => await _sync.SyncAsync(purse, SyncCommand.None.Instance, default) is
            { Complete: true, Folded: 0, State: { Leases.IsEmpty: true } state } ? state : null,
            $"{purse} has no leases");
        await LookAsync(purse);
        return calm;
    }

    public async Task<IReadOnlyList<LedgerEvent>> LinesAsync() => await _ledger.ReadEventsAsync(Home, null, null, 1_000_000, default);

    public async Task AssertAddsUpAsync(PurseId purse)
    {
        var hours = HourSpan.Between(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        var report = await new LedgerAuditor(_ledger, new NoArchive()).AuditAsync(purse, hours, default);
        Assert.True(report.Agrees, $"{purse}: {string.Join(", ", report.Findings)}");
    }

    public async ValueTask DisposeAsync()
    {
        _notices.Dispose();
        _meter.Dispose();
        await _storage.DisposeAsync();
    }

    private static async Task<JsonNode> PostAsync(HubProcess gateway, string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await gateway.Client.PostAsync(new Uri(path, UriKind.Relative), content);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {await answer.Content.ReadAsStringAsync()}");
        return (await answer.Content.ReadFromJsonAsync<JsonNode>())!;
    }
}
