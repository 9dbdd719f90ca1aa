using AigneHub.Core.Configuration;
using AigneHub.Core.Ledger;
using AigneHub.Core.Routing;

namespace AigneHub.Core.Secrets;

/// <summary>A stored credential with its secret in plain text.</summary>
public sealed record OpenedCredential(CredentialRecord Record, CredentialEntry Entry);

/// <param name="Items">In the order of the configuration; those that can't be opened are left out.</param>
/// <param name="Failed">Why those were left out, by the credential's id.</param>
/// <param name="AreOlder">
/// The master key's place did not answer for some of the items: they are as they were opened before, and have not changed since.
/// </param>
public sealed record OpenedCredentials(
    IReadOnlyList<OpenedCredential> Items, IReadOnlyDictionary<string, SecretStatus> Failed, bool AreOlder = false)
{
    public static OpenedCredentials None { get; } = new([], new Dictionary<string, SecretStatus>());

    /// <summary>One was left out, or is older, because the master key's place did not answer.</summary>
    public bool RepeatMayHelp => AreOlder || Failed.Values.Contains(SecretStatus.MasterKeyUnavailable);
}

/// <summary>Opens what a snapshot is made of; each secret that can't be opened is an incident and no more.</summary>
public sealed class CredentialOpener(SecretProtector protector, IIncidents incidents)
{
    /// <summary>
    /// The enabled credentials of a configuration. While the master key's place does not answer, each data key waits for it once,
    /// and a credential that was opened <paramref name="before"/> and has not changed since stays as it was.
    /// </summary>
    /// <exception cref="StorageUnavailableException">A data key can't be read.</exception>
    public async Task<OpenedCredentials> OpenAsync(
        StoredConfiguration configuration, OpenedCredentials before, CancellationToken cancellationToken)
    {
        var items = new List<OpenedCredential>(configuration.Credentials.Count);
        var failed = new Dictionary<string, SecretStatus>(StringComparer.Ordinal);
        var known = before.Items.ToDictionary(item => item.Record.Id, StringComparer.Ordinal);
        var unavailable = new HashSet<string>(StringComparer.Ordinal);
        var areOlder = false;
        foreach (var record in configuration.Credentials.Where(credential => credential.Enabled))
        {
            var opened = record.Secret is { } secret
                ? unavailable.Contains(secret.DataKey)
                    ? new OpenResult(SecretStatus.MasterKeyUnavailable)
                    : await protector.OpenAsync(record.Id, record.Kind, secret, cancellationToken)
                : new OpenResult(CredentialSecret.IsNeeded(record.Kind) ? SecretStatus.Damaged : SecretStatus.Done, "");
            if (opened.Status == SecretStatus.Done)
            {
                var entry = new CredentialEntry(record.Id, record.Kind, opened.Secret!, record.Weight, record.Tier);
                items.Add(new OpenedCredential(record, entry));
                continue;
            }

            if (opened.Status == SecretStatus.MasterKeyUnavailable)
            {
                unavailable.Add(record.Secret!.DataKey);
                if (known.GetValueOrDefault(record.Id) is { } older && older.Record.UpdatedAt == record.UpdatedAt)
                {
                    items.Add(older);
                    areOlder = true;
                    continue;
                }
            }

            failed[record.Id] = opened.Status;
            incidents.Report(new Incident(
                IncidentKind.SecretNotOpened, null, record.Id,
                $"A credential of the provider {record.Provider} is left out. {opened.Status.Explain()}"));
        }

        return new OpenedCredentials(items, failed, areOlder);
    }
}
