using AigneHub.Core;
using AigneHub.Core.Accounts;
using AigneHub.Core.Keys;
using AigneHub.Core.Ledger;
using AigneHub.Core.Pricing;
using AigneHub.Core.Usage;
using AigneHub.Gateway.Configuration;
using AigneHub.Storage;
using AigneHub.Storage.Schema;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AigneHub.Functions;

/// <summary>
/// Makes what a hub needs in storage: tables and queue, rows of the newest schema, the first account and its purse, the
/// administrator's key, the rate card in force; puts the stored configuration in force. Everything may be repeated; a
/// storage outage is waited out.
/// </summary>
public sealed partial class HubStartup(
    HubStorage storage, SchemaMigrator schema, IOwnerStore owners, IKeyStore keys, PurseRegistrar purses, IRateCardStore rateCards,
    HubSnapshots snapshots, IConfiguration configuration, IHostApplicationLifetime lifetime, TimeProvider time,
    ILogger<HubStartup> logger)
    : BackgroundService
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(2);
    private readonly TaskCompletionSource _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>
    /// Completes when all of it is there; faulted when it can't be made (a setting is wrong, storage is of a newer version).
    /// </summary>
    public Task Completed => _completed.Task;

    /// <summary>
    /// For what works on storage without being called. After a start that failed it is cancelled at last, as the process ends: a message
    /// that is given back before would only come again.
    /// </summary>
    public async Task ReadyAsync(CancellationToken cancellationToken)
    {
        await Completed.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!Completed.IsCompletedSuccessfully)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await RunAsync(stoppingToken);
                _completed.TrySetResult();
                return;
            }
            catch (StorageUnavailableException e)
            {
                LogStorage(e);
                await Task.Delay(RetryAfter, time, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // Handed on to whoever waits for the start, and logged for those who don't.
            catch (Exception e)
#pragma warning restore CA1031
            {
                LogFailed(e);
                _completed.TrySetException(e);
                // A hub that can't charge must not serve: the platform shows a process that ends.
                lifetime.StopApplication();
                return;
            }
        }
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        await storage.EnsureCreatedAsync(cancellationToken);
        await schema.MigrateAsync(cancellationToken);
        // Before the keys: a key without its account is none.
        await EnsureFirstAccountAsync(cancellationToken);
        await Task.WhenAll(
            EnsureFirstPurseAsync(cancellationToken),
            RefreshAsync(cancellationToken),
            EnsureAdministratorAsync(cancellationToken));
    }

    /// <summary>What is stored is in force when the hub is ready; its rate card is kept.</summary>
    private async Task RefreshAsync(CancellationToken cancellationToken)
    {
        try
        {
            await snapshots.RefreshAsync(cancellationToken);
        }
        catch (Exception e) when (e is not (StorageUnavailableException or OperationCanceledException))
        {
            // Nothing that is stored stops the hub; the settings' providers are served.
            LogConfiguration(e);
            await rateCards.PutAsync(snapshots.Current.RateCard, cancellationToken);
            snapshots.ServeSettings();
        }
    }

    private async Task EnsureFirstAccountAsync(CancellationToken cancellationToken)
    {
        if (await owners.FindAsync(OwnerKind.Account, HubAccounts.FirstId, cancellationToken) is null)
        {
            await owners.AddAsync(
                new OwnerRecord
                {
                    Kind = OwnerKind.Account,
                    Id = HubAccounts.FirstId,
                    Name = "Default",
                    CreatedAt = time.GetUtcNow(),
                },
                cancellationToken);
        }
    }

    private async Task EnsureFirstPurseAsync(CancellationToken cancellationToken)
    {
        try
        {
            await purses.EnsureAsync(PurseId.OfAccount(HubAccounts.FirstId), cancellationToken);
        }
        catch (PurseUnitDiffersException e)
        {
            throw new SettingsException(
                $"The ledger in this storage was made in another mode than {snapshots.Current.Mode}. {e.Message} "
                + "Set AigneHub__Mode as it was, or use another storage (locally another folder: AIGNEHUB_DATA).");
        }
    }

    private async Task EnsureAdministratorAsync(CancellationToken cancellationToken)
    {
        if (configuration[AdministratorKey.Setting] is not { Length: > 0 } secret)
        {
            // Whoever has the one before must not stay an owner.
            if (await keys.UnsetAdministratorAsync(cancellationToken))
            {
                LogNoAdministrator();
            }

            return;
        }

        if (AdministratorKey.IsUnresolved(secret))
        {
            // The hub serves on: the last administrator's key stays in force.
            LogUnresolved();
            return;
        }

        var key = AdministratorKey.RecordOf(secret, time.GetUtcNow());
        if (await keys.SetAdministratorAsync(key, cancellationToken))
        {
            LogAdministrator(key.Id);
        }
    }

    public override void Dispose()
    {
        _completed.TrySetCanceled();
        base.Dispose();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Storage does not answer; the start is repeated")]
    private partial void LogStorage(Exception exception);

    [LoggerMessage(
        Level = LogLevel.Error, Message = "Incident: the stored configuration can't be put in force; the settings' providers are")]
    private partial void LogConfiguration(Exception exception);

    [LoggerMessage(Level = LogLevel.Critical, Message = "The hub can't start")]
    private partial void LogFailed(Exception exception);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "Incident: the Key Vault reference of AIGNEHUB_ADMIN_KEY is not resolved; the last administrator's key stays in force")]
    private partial void LogUnresolved();

    [LoggerMessage(Level = LogLevel.Warning, Message = "The settings name no administrator's key any more; the last one is deleted")]
    private partial void LogNoAdministrator();

    [LoggerMessage(Level = LogLevel.Information, Message = "The administrator's key {KeyId} is in force")]
    private partial void LogAdministrator(string keyId);
}
