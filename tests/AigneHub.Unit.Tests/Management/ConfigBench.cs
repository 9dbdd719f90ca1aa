using System.Text.Json.Nodes;
using AigneHub.Core;
using AigneHub.Core.Configuration;
using AigneHub.Core.Payments;
using AigneHub.Core.Pricing;
using AigneHub.Core.Routing;
using AigneHub.Core.Secrets;
using AigneHub.Gateway.Configuration;
using AigneHub.Gateway.Management;
using AigneHub.Gateway.Management.Config;
using AigneHub.Gateway.Management.Rates;
using AigneHub.Providers.Configuration;
using AigneHub.Providers.Upstream;
using AigneHub.Testing;
using AigneHub.Unit.Tests.Configuration;
using AigneHub.Unit.Tests.Secrets;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace AigneHub.Unit.Tests.Management;

/// <summary>The management endpoints of the run-time configuration over stores in memory, without a server and tests of connections.</summary>
internal sealed class ConfigBench : IDisposable
{
    private readonly SecretProtector _protector;

    /// <param name="ofSettings">Providers of the settings.</param>
    public ConfigBench(HubMode mode = HubMode.Enterprise, params IReadOnlyList<ProviderEntry> ofSettings)
    {
        Calls = new ManagementBench(mode);
        var handler = Calls.Handler;
        _protector = new SecretProtector(new MasterKey(), new MemoryDataKeys(), Calls.Pipeline.Ids, Calls.Clock);
        Snapshots = new HubSnapshots(
            new SnapshotBuilder(new SettingsConfiguration(mode, ofSettings, [], []), privateAllowed: false), Store,
            new CredentialOpener(_protector, new IncidentLog()), new NoCards(), Calls.Clock, new Random(1),
            NullLogger<HubSnapshots>.Instance);
        var calls = new ConfigurationCalls(Snapshots, Calls.Clock, NullLogger<ConfigurationCalls>.Instance);
        var rates = new RateCalls(calls, Calls.Pipeline.Ids);
        Providers = new ProviderEndpoints(handler, calls, null!, Store, null!, new UpstreamOptions());
        Credentials = new CredentialEndpoints(handler, calls, null!, Store, _protector, Calls.Pipeline.Ids);
        Models = new StoredModelEndpoints(handler, calls, rates, null!, Store);
        Margins = new MarginEndpoints(handler, rates, Store);
        var secrets = new SecretReferences(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["AigneHub:Secrets:VENDOR"] = "sk-planted-in-a-setting",
        }).Build());
        Config = new ConfigEndpoints(
            handler, calls, new ConfigApplier(calls, NullLogger<ConfigApplier>.Instance),
            new RoutingSections(calls, Store, Providers, Credentials, Models, secrets, _protector),
            new SaleSections(
                calls, rates, Store, Margins, new PriceOverrideEndpoints(handler, rates, Store), new PaymentGate(mode, true, false)),
            new OwnerSections(Calls.Owners, Calls.Stored));
    }

    public ManagementBench Calls { get; }
    public MemoryConfiguration Store { get; } = new();
    public HubSnapshots Snapshots { get; }
    public ProviderEndpoints Providers { get; }
    public CredentialEndpoints Credentials { get; }
    public StoredModelEndpoints Models { get; }
    public MarginEndpoints Margins { get; }
    public ConfigEndpoints Config { get; }

    public Task<Reply> GetAsync() => Calls.SendAsync(request => Config.GetAsync(request, default), method: "GET");

    public Task<Reply> CompareAsync(string document, string query = "") =>
        Calls.SendAsync(request => Config.PutAsync(request, default), document, query: "?" + query.TrimStart('&'), method: "PUT");

    /// <summary>Against whatever is stored now.</summary>
    public async Task<Reply> ApplyAsync(string document, string query = "") => await Calls.SendAsync(
        request => Config.PutAsync(request, default), document, (await GetAsync()).ETag, query: "?dryRun=false" + query, method: "PUT");

    public Task<Reply> CreateAsync(Func<HttpRequest, Task> endpoint, string body) => Calls.SendAsync(endpoint, body);

    /// <summary>The last entry's thing as it was after.</summary>
    public JsonNode After() => JsonNode.Parse(Calls.Audit.Rows[^1].After!)!;

    public static ProviderRecord Provider(string id) => new()
    {
        Id = id,
        Vendor = "custom-openai",
        BaseUrl = $"https://{id}.example.org/v1",
        CreatedAt = ManagementBench.Start,
        UpdatedAt = ManagementBench.Start,
    };

    public static CredentialRecord Credential(string provider, string name, char digit = '0') => new()
    {
        Id = "cred_" + new string(digit, 32),
        Provider = provider,
        Name = name,
        Kind = CredentialKind.ApiKey,
        Secret = new SealedSecret("dk_1", "AA=="),
        CreatedAt = ManagementBench.Start,
        UpdatedAt = ManagementBench.Start,
    };

    public static ModelRecord Model(string provider, string id) =>
        new() { Provider = provider, Id = id, CreatedAt = ManagementBench.Start, UpdatedAt = ManagementBench.Start };

    public void Dispose()
    {
        Snapshots.Dispose();
        _protector.Dispose();
        Calls.Dispose();
    }

    private sealed class NoCards : IRateCardStore
    {
        public Task PutAsync(RateCard card, CancellationToken cancellationToken) => Task.CompletedTask;

        public Task<byte[]?> FindAsync(string version, CancellationToken cancellationToken) => Task.FromResult<byte[]?>(null);

        public Task PutCatalogueAsync(string version, ReadOnlyMemory<byte> document, CancellationToken cancellationToken) =>
            Task.CompletedTask;

        public Task<byte[]?> FindCatalogueAsync(string version, CancellationToken cancellationToken) => Task.FromResult<byte[]?>(null);
    }

    private sealed class MasterKey : IMasterKey
    {
        private static readonly byte[] Key = new byte[KeyWrap.KeyBytes];

        public string Id => "test";

        public Task<WrappedKey> WrapAsync(ReadOnlyMemory<byte> dataKey, CancellationToken cancellationToken) =>
            Task.FromResult(new WrappedKey(Id, KeyWrap.Wrap(Key, dataKey.Span)));

        public Task<byte[]?> UnwrapAsync(WrappedKey wrapped, CancellationToken cancellationToken) =>
            Task.FromResult<byte[]?>(KeyWrap.Unwrap(Key, wrapped.Wrapped));
    }
}
