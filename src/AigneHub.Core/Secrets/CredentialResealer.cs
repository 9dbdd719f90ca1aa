using AigneHub.Core.Configuration;
using AigneHub.Core.Keys;

namespace AigneHub.Core.Secrets;

/// <param name="Resealed">Credentials that have the current data key now.</param>
/// <param name="Remaining">Credentials with an older one that another step may reseal.</param>
/// <param name="Unopened">Ids of credentials that can't be opened: their secrets must be entered anew.</param>
/// <param name="Status">Why the step ended early; else done.</param>
public sealed record ResealResult(SecretStatus Status, int Resealed, int Remaining, IReadOnlyList<string> Unopened);

/// <summary>
/// After a rotation: seals older secrets with the current data key, in bounded steps that may be repeated and run on
/// several instances at once. A credential that is changed meanwhile is left to the next step.
/// </summary>
public sealed class CredentialResealer(IConfigurationStore configuration, IDataKeyStore dataKeys, SecretProtector protector)
{
    private const int PageRows = 200;

    /// <param name="limit">Credentials resealed at most.</param>
    public async Task<ResealResult> StepAsync(int limit, CancellationToken cancellationToken)
    {
        if (await dataKeys.FindCurrentAsync(cancellationToken) is not { } current)
        {
            return new ResealResult(SecretStatus.Done, 0, 0, []);
        }

        var (resealed, remaining) = (0, 0);
        var unopened = new List<string>();
        string? continuation = null;
        do
        {
            var page = await configuration.Credentials.ListAsync(null, PageRows, continuation, cancellationToken);
            continuation = page.Continuation;
            foreach (var stored in page.Items)
            {
                if (stored.Value.Secret is not { } secret || secret.DataKey == current.Id)
                {
                    continue;
                }

                if (resealed == limit)
                {
                    remaining++;
                    continue;
                }

                switch (await ResealAsync(stored, secret, cancellationToken))
                {
                    case (Outcome.Resealed, _):
                        resealed++;
                        break;
                    case (Outcome.ChangedMeanwhile, _):
                        remaining++;
                        break;
                    case (
                        Outcome.NotOpened, SecretStatus.Damaged or SecretStatus.DataKeyMissing or SecretStatus.MasterKeyDiffers):
                        unopened.Add(stored.Value.Id);
                        break;
                    case (_, var status):
                        return new ResealResult(status, resealed, remaining + 1, unopened);
                }
            }
        }
        while (continuation is not null);
        return new ResealResult(SecretStatus.Done, resealed, remaining, unopened);
    }

    /// <summary>Drops the data keys that no credential needs any more, the current one excepted; returns their ids.</summary>
    public async Task<IReadOnlyList<string>> DropUnusedAsync(CancellationToken cancellationToken)
    {
        var dropped = new List<string>();
        foreach (var key in await dataKeys.ListAsync(cancellationToken))
        {
            if ((await dataKeys.DropAsync(key.Id, cancellationToken)).IsDone)
            {
                dropped.Add(key.Id);
            }
        }

        return dropped;
    }

    private async Task<(Outcome Outcome, SecretStatus Status)> ResealAsync(
        Versioned<CredentialRecord> stored, SealedSecret secret, CancellationToken cancellationToken)
    {
        var record = stored.Value;
        var opened = await protector.OpenAsync(record.Id, record.Kind, secret, cancellationToken);
        if (opened.Secret is null)
        {
            return (Outcome.NotOpened, opened.Status);
        }

        var resealed = await protector.SealAsync(record.Id, record.Kind, opened.Secret, cancellationToken);
        if (resealed.Secret is null)
        {
            return (Outcome.NotSealed, resealed.Status);
        }

        var written = await configuration.Credentials.UpdateAsync(
            record with { Secret = resealed.Secret }, stored.ETag, cancellationToken);
        return (written.IsDone ? Outcome.Resealed : Outcome.ChangedMeanwhile, SecretStatus.Done);
    }

    private enum Outcome
    {
        Resealed,
        ChangedMeanwhile,
        NotOpened,
        NotSealed,
    }
}
