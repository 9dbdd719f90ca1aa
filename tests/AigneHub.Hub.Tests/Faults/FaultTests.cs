using System.Collections.Concurrent;
using AigneHub.Hub.Tests.Support;

namespace AigneHub.Hub.Tests.Faults;

/// <summary>Every way in which an upstream can fail, and what becomes of the call.</summary>
[Collection(HubCollections.Faults)]
public sealed class FaultTests(AzuriteFixture azurite)
{
    private const int PatientAtOnce = 8;
    private static readonly string Document = Path.Combine(Repository.Root, "docs", "faults.md");

    [Fact]
    public async Task UpstreamFaults_EveryCase_EndsAsDocumented()
    {
        await using var bench = await FaultBench.StartAsync(azurite);
        FaultCase[] cases = [.. AllCases(bench.NoBacklog)];
        Assert.Equal(cases.Length, cases.DistinctBy(c => c.Key).Count());

        var answers = new ConcurrentDictionary<FaultCase, RawAnswer>();
        var learnt = FailoverStories.RunAsync(azurite);
        var impatient = Task.WhenAll(cases.Where(c => c.Pace != Pace.Patient && c.NotRun is null).Select(async c => answers[c] = await bench.CallAsync(c)));
        await Parallel.ForEachAsync(
            cases.Where(c => c.Pace == Pace.Patient && c.NotRun is null), new ParallelOptions { MaxDegreeOfParallelism = PatientAtOnce },
            async (c, _) => answers[c] = await bench.CallAsync(c));
        await impatient;

        var lines = await bench.LedgerAsync([.. answers.Values.Select(a => a.RequestId)]);
        FaultRow[] rows = [.. cases.Select(c => c.NotRun is null ? FaultRow.Of(c, answers[c], lines[answers[c].RequestId]) : FaultRow.NotRun(c))];
        string[] problems = [.. rows.Where(r => r.Case.NotRun is null).SelectMany(r => Problems(r, answers[r.Case])), .. bench.Troubles];
        var text = FaultTable.Render(rows, await learnt);
        await WriteAsync(text);
        Assert.True(problems.Length == 0, string.Join('\n', problems));
        await CompareAsync(text, [.. rows.Where(r => r.Case.NotRun is not null).Select(r => $"| {r.Case.Fault} |")]);
    }

    private static IEnumerable<FaultCase> AllCases(string? noBacklog) =>
    [
        .. Both(call => ConnectionFaults.Of(call, noBacklog)),
        .. Both(StatusFaults.Of),
        .. JsonFaults.All,
        .. StreamFaults.All,
        .. Both(FailoverFaults.Of),
    ];

    private static IEnumerable<FaultCase> Both(Func<CallKind, IEnumerable<FaultCase>> of) =>
        of(CallKind.Json).Concat(of(CallKind.Stream)).GroupBy(c => (c.Group, c.Fault)).SelectMany(g => g);

    /// <summary>What holds for every case, whatever the page says.</summary>
    private static IEnumerable<string> Problems(FaultRow row, RawAnswer answer)
    {
        var key = row.Case.Key;
        var failed = answer.Status != 200 || !answer.Whole;
        if (answer.Status is 500 or 0)
        {
            yield return $"{key}: status {answer.Status}";
        }

        if (answer.Status != 200)
        {
            var error = FaultRow.ErrorOf(answer.Text);
            if (!answer.Whole || error?["message"] is null || error["type"] is null || !error.AsObject().ContainsKey("code"))
            {
                yield return $"{key}: no whole error in OpenAI's format: {answer.Text}";
            }

            if (!row.Billed.EndsWith("; nothing", StringComparison.Ordinal))
            {
                yield return $"{key}: {row.Billed}, though the client has no answer";
            }
        }
        else if (row.Case.Call == CallKind.Stream)
        {
            var events = FaultRow.EventsOf(answer);
            var ownError = events.Count > 0 && FaultRow.ErrorOf(events[^1]) is not null;
            if (ownError == answer.Whole || (ownError && events.Contains("[DONE]")) || !answer.Text.EndsWith("\n\n", StringComparison.Ordinal) && !answer.Text.EndsWith("\r\n\r\n", StringComparison.Ordinal))
            {
                yield return $"{key}: neither a whole stream nor a clearly broken one: {answer.Text[Math.Max(0, answer.Text.Length - 200)..]}";
            }
        }
        else if (!answer.Whole)
        {
            yield return $"{key}: a cut answer";
        }

        if (failed != row.Billed.StartsWith("failed", StringComparison.Ordinal))
        {
            yield return $"{key}: the ledger says {row.Billed}";
        }

        if (answer.Text.Contains("org-1", StringComparison.Ordinal) || answer.Text.Contains("sk-", StringComparison.Ordinal))
        {
            yield return $"{key}: tells of the hub's account: {answer.Text}";
        }
    }

    private static async Task WriteAsync(string text)
    {
        if (Environment.GetEnvironmentVariable(FaultTable.UpdateVariable) is { Length: > 0 })
        {
            await File.WriteAllTextAsync(Document, text);
        }
    }

    /// <param name="notRun">How the lines begin that this machine can't make.</param>
    private static async Task CompareAsync(string text, string[] notRun)
    {
        var committed = File.Exists(Document) ? await File.ReadAllTextAsync(Document) : "";
        var now = Judged(text);
        var before = Judged(committed);
        var differences = now.Except(before).Select(l => "is now: " + l).Concat(before.Except(now).Select(l => "was:    " + l));
        Assert.True(
            now.SequenceEqual(before),
            $"docs/faults.md differs. If it should, run the tests with {FaultTable.UpdateVariable}=1.\n{string.Join('\n', differences)}");

        string[] Judged(string page) => [.. page.Split('\n')
            .Where(l => notRun.Length == 0 || !l.Contains(FaultTable.CasesRun, StringComparison.Ordinal))
            .Where(l => !notRun.Any(start => l.StartsWith(start, StringComparison.Ordinal)))];
    }
}
