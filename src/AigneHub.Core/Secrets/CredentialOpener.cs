using AigneHub.Core.Configuration;
using AigneHub.Core.Ledger;
using AigneHub.Core.Routing;

namespace AigneHub.Core.Secrets;

/// <summary>A stored credential with its secret in plain text.</summary>
public sealed record OpenedCredential(CredentialRecord Record, CredentialEntry Entry);

/// <param name="Items">In the order of the configuration; those that can't be opened are left out.</param>
/// <param name="Failed">Why those were left out, by the credential's id.</param>
public sealed record OpenedCredentials(
    IReadOnlyList<OpenedCredential> Items, IReadOnlyDictionary<string, SecretStatus> Failed)
{
    /// <summary>One was left out because the master key's place did not answer.</summary>
    public bool RepeatMayHelp => Failed.Values.Contains(SecretStatus.MasterKeyUnavailable);
}

/// <summary>Opens what a snapshot is made of; each secret that can't be opened is an incident and no more.</summary>
public sealed class CredentialOpener(SecretProtector protector, IIncidents incidents)
{
    /// <summary>The enabled credentials of a configuration.</summary>
    /// <exception cref="StorageUnavailableException">A data key can't be read.</exception>
    public async Task<OpenedCredentials> OpenAsync(StoredConfiguration configuration, CancellationToken cancellationToken)
    {
        var items = new List<OpenedCredential>(configuration.Credentials.Count);
        var failed = new Dictionary<string, SecretStatus>(StringComparer.Ordinal);
        foreach (var record in configuration.Credentials.Where(credential => credential.Enabled))
        {
            var opened = record.Secret is { } secret
                ? await protector.OpenAsync(record.Id, record.Kind, secret, cancellationToken)
                : new OpenResult(CredentialSecret.IsNeeded(record.Kind) ? SecretStatus.Damaged : SecretStatus.Done, "");
            if (opened.Status == SecretStatus.Done)
            {
                var entry = new CredentialEntry(record.Id, record.Kind, opened.Secret!, record.Weight, record.Tier);
                items.Add(new OpenedCredential(record, entry));
                continue;
            }

            failed[record.Id] = opened.Status;
            incidents.Report(new Incident(
                IncidentKind.SecretNotOpened, null, record.Id,
                $"A credential of the provider {record.Provider} is left out. {opened.Status.Explain()}"));
        }

        return new OpenedCredentials(items, failed);
    }
}
