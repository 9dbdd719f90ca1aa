using AigneHub.Core;
using AigneHub.Core.Configuration;
using AigneHub.Core.Pricing;
using AigneHub.Core.Routing;
using AigneHub.Core.Secrets;
using AigneHub.Providers.Configuration;
using Microsoft.Extensions.Logging;

namespace AigneHub.Gateway.Configuration;

/// <summary>
/// The configuration in force: the settings joined with what is stored. It follows the stored version within
/// <see cref="PollSeconds"/>, at once after a write of this instance. Whatever goes wrong, the last good one stays in force.
/// </summary>
public sealed partial class HubSnapshots(
    SnapshotBuilder builder, IConfigurationStore store, CredentialOpener opener, IRateCardStore rateCards, TimeProvider time,
    Random random, ILogger<HubSnapshots> logger) : IHubSnapshots, IDisposable
{
    /// <summary>Longest pause between two looks at the stored version; the shortest is two thirds of it.</summary>
    public const double PollSeconds = 3;

    /// <summary>Pause before secrets that the master key's place did not open are tried again, in seconds.</summary>
    private const double RepeatSeconds = 30;

    private readonly SemaphoreSlim _refreshing = new(1, 1);
    private readonly StoredCatalogues _catalogues = new(rateCards);
    private ConfigurationInForce _inForce = builder.BuildFromSettings();
    private OpenedCredentials _opened = OpenedCredentials.None;
    private DateTimeOffset _repeatAt = DateTimeOffset.MaxValue;
    private bool _isFailing;
    private volatile bool _isLoaded;

    public HubSnapshot Current => InForce.Snapshot;

    public bool IsLoaded => _isLoaded;

    /// <summary>With the states of the stored records.</summary>
    public ConfigurationInForce InForce => Volatile.Read(ref _inForce);

    public SettingsConfiguration Settings => builder.Settings;

    /// <summary>Reads everything and puts it in force.</summary>
    /// <exception cref="StorageUnavailableException">Nothing has changed.</exception>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        await _refreshing.WaitAsync(cancellationToken);
        try
        {
            var stored = await store.ReadAllAsync(cancellationToken);
            var opened = await opener.OpenAsync(stored, _opened, cancellationToken);
            var catalogue = await _catalogues.OpenAsync(stored.Prices.Catalogue, cancellationToken);
            var next = builder.Build(stored, opened, catalogue);

            // Usage events refer to the rate card by its version: it must be kept before the first of them.
            await rateCards.PutAsync(next.Snapshot.RateCard, cancellationToken);
            var before = InForce;
            Volatile.Write(ref _inForce, next);
            _opened = opened;
            _isLoaded = true;
            _repeatAt = opened.RepeatMayHelp ? time.GetUtcNow().AddSeconds(RepeatSeconds) : DateTimeOffset.MaxValue;
            LogNext(before, next, stored);
        }
        finally
        {
            _refreshing.Release();
        }
    }

    /// <summary>
    /// What is stored can't be put in force: calls are decided by the settings until it can. In Provider mode nothing has a price
    /// then: what is stored may have others than the settings.
    /// </summary>
    public void ServeSettings()
    {
        Volatile.Write(ref _inForce, builder.BuildWithoutStored());
        _isLoaded = true;
    }

    /// <summary>Follows the stored version until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                // Instances that were started together don't ask together.
                await Task.Delay(TimeSpan.FromSeconds(PollSeconds * (2 + random.NextDouble()) / 3), time, cancellationToken);
                if (await store.ReadVersionAsync(cancellationToken) != InForce.Version || time.GetUtcNow() >= _repeatAt)
                {
                    await RefreshAsync(cancellationToken);
                }

                _isFailing = false;
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // Whatever is wrong with what is stored: calls go on with what is in force.
            catch (Exception e)
#pragma warning restore CA1031
            {
                LogFailure(e);
            }
        }
    }

    public void Dispose() => _refreshing.Dispose();

    private void LogFailure(Exception exception)
    {
        if (!_isFailing && exception is StorageUnavailableException)
        {
            LogStorage(exception);
        }
        else if (!_isFailing)
        {
            LogFailed(exception);
        }

        _isFailing = true;
    }

    private void LogNext(ConfigurationInForce before, ConfigurationInForce next, StoredConfiguration stored)
    {
        // Without a version nothing is stored: what the settings say needs no line.
        if (next.Version.Length > 0)
        {
            LogInForce(next.Version, next.Snapshot.Providers.Count, stored.Models.Count, next.Snapshot.Aliases.Count);
        }

        foreach (var row in stored.Unreadable)
        {
            LogUnreadable(row);
        }

        foreach (var (id, state) in next.Providers)
        {
            if (state.Detail is { } detail && before.Providers.GetValueOrDefault(id) != state)
            {
                LogLeftOut(id, state.Status, detail);
            }
        }
    }

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "Configuration {Version} is in force: {Providers} providers, {Models} stored models, {Aliases} aliases")]
    private partial void LogInForce(string version, int providers, int models, int aliases);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The stored provider {Provider} is not in force ({Status}): {Detail}")]
    private partial void LogLeftOut(string provider, RecordStatus status, string detail);

    [LoggerMessage(
        Level = LogLevel.Error, Message = "Incident: the stored record {Row} can't be read by this version of the hub; it is left out")]
    private partial void LogUnreadable(string row);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Storage does not answer: the last configuration stays in force")]
    private partial void LogStorage(Exception exception);

    [LoggerMessage(
        Level = LogLevel.Error, Message = "Incident: the stored configuration can't be put in force; the last one stays")]
    private partial void LogFailed(Exception exception);
}
