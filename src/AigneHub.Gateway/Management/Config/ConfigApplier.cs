using AigneHub.Core;
using Microsoft.Extensions.Logging;

namespace AigneHub.Gateway.Management.Config;

/// <summary>
/// Makes the changes of a configuration document one after another. Whatever ends it in the middle, the caller is told what was made, and
/// the audit log, too.
/// </summary>
public sealed partial class ConfigApplier(ConfigurationCalls calls, ILogger<ConfigApplier> logger)
{
    private const int AppliedShownMax = 20;
    private static readonly HubError StorageAway = new(
        503, "storage_unavailable", Blame.Hub, "The hub's storage does not answer at the moment.", RetryAfter: TimeSpan.FromSeconds(2));

    /// <param name="etag">Of what is stored before.</param>
    /// <param name="unchanged">Entries of the document that need no change.</param>
    /// <param name="readETagAsync">Of what is stored after.</param>
    /// <returns>The new ETag when all are made; else the old one and the error.</returns>
    internal async Task<(string ETag, HubError? Error)> ApplyAsync(
        ManagementCall call, IReadOnlyList<ConfigStep> steps, string etag, int unchanged, Func<Task<string>> readETagAsync)
    {
        var made = new List<ConfigStep>();
        var part = call.Part();
        try
        {
            foreach (var step in steps)
            {
                if (await step.ApplyAsync(part) is { } error)
                {
                    Keep();
                    await calls.PutInForceAsync(call);
                    return (etag, Interrupted(NameOf(step), made, error));
                }

                made.Add(step);
            }

            await calls.PutInForceAsync(call);
            return (await readETagAsync(), null);
        }
        catch (StorageUnavailableException e)
        {
            Keep();
            LogStorage(call.RequestId, made.Count, steps.Count, e);
            await calls.PutInForceAsync(call);
            return (etag, Interrupted(made.Count < steps.Count ? NameOf(steps[made.Count]) : "the new ETag", made, StorageAway));
        }
        catch
        {
            Keep();
            throw;
        }

        void Keep()
        {
            if (made.Count > 0)
            {
                call.Partly(ConfigReport.Of(dryRun: false, etag, unchanged, made), ConfigJson.Default.ConfigReport);
            }
        }
    }

    private static string NameOf(ConfigStep step) => $"{step.Change.Kind}/{step.Change.Id}";

    private static HubError Interrupted(string at, List<ConfigStep> made, HubError error)
    {
        if (made.Count == 0)
        {
            return error with { Message = $"{at}: {error.Message}" };
        }

        var shown = string.Join(", ", made.Take(AppliedShownMax).Select(NameOf)) + (made.Count > AppliedShownMax ? ", …" : "");
        return new HubError(
            error.Status, "partly_applied", error.Blame,
            $"{at}: {error.Message} ({error.Code}) Before it {made.Count} changes were made: {shown}. Read the new ETag and "
            + "repeat the document: what was made stays as it is, the rest follows.", at, error.RetryAfter);
    }

    [LoggerMessage(
        Level = LogLevel.Warning, Message = "Management call {RequestId}: storage does not answer after {Made} of {Changes} changes")]
    private partial void LogStorage(string requestId, int made, int changes, Exception exception);
}
