using System.Globalization;
using System.Text;

namespace AigneHub.Hub.Tests.Faults;

/// <summary><c>docs/faults.md</c>.</summary>
internal static class FaultTable
{
    public const string UpdateVariable = "AIGNEHUB_UPDATE_DOCS";

    public const string CasesRun = " cases run, ";

    private const string Head = """
        # When an upstream fails

        Made by the tests (`tests/AigneHub.Hub.Tests/Faults`), which run every case below through a whole hub against a vendor
        on a raw socket, and fail when this page differs. To write it anew: `AIGNEHUB_UPDATE_DOCS=1 dotnet test tests/AigneHub.Hub.Tests --filter Faults`.

        How to read it:
        - **call**: `json` or `stream` (`"stream": true`).
        - **the client sees**: the HTTP status and the `code` of the error in OpenAI's format, with the vendor's words in quotes where they
          are a verdict on the request; of a stream its events, the error event if there is one, and how it ends: `end` as it should, `cut`
          without HTTP's last chunk, which every client reports as a broken answer. No cut answer has a `[DONE]`.
        - **tried**: the providers in turn and what each did. The vendor of nearly all cases is called `openai` here.
        - **the ledger has**: the outcome of the call, and what is charged: what the vendor *reported*, or what the hub *estimated* from the
          text that it delivered. A call that failed before its answer began costs nothing.

        Codes that begin with `upstream_` blame the vendor, except `upstream_refused_hub` (the hub's key or account: a matter for its administrator)
        and `upstream_rejected_request` (the request). `deadline_exceeded` is the hub's own limit. A redirect is never followed, and a key is sent to its own
        vendor only. Nothing is sent twice with the same credential, unless the vendor could not be reached at all: then once more, if nothing else is left.

        The cases up to the last section run on a hub that forgets each failure at once, so that none sees another's; the last section is what it learns.


        """;

    private const string Learning = """

        ## What the hub learns: credentials, vendors, breakers

        Each heading is a hub of its own with the vendor `openai` (credentials A and B, or A alone) and, where two vendors are named, `openrouter`,
        which serves the same model. The lines are calls one after the other; an empty first column: nothing has changed. The rules: `routing.md`.

        """;

    public static string Render(IReadOnlyList<FaultRow> all, IReadOnlyList<FailoverRow> learnt)
    {
        var notRun = all.Count(r => r.Case.NotRun is not null);
        var text = new StringBuilder(Head);
        text.Append(CultureInfo.InvariantCulture, $"{all.Count - notRun}{CasesRun}{notRun} not run.\n");
        foreach (var group in all.GroupBy(r => r.Case.Group))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## {group.Key}\n\n| the vendor | call | the client sees | tried | the ledger has |\n|---|---|---|---|---|\n");
            foreach (var rows in group.GroupBy(r => (r.Case.Fault, r.Client, r.Tried, r.Billed)))
            {
                var calls = string.Join(", ", rows.Select(r => r.Case.Call == CallKind.Json ? "json" : "stream"));
                var (fault, client, tried, billed) = rows.Key;
                text.Append(CultureInfo.InvariantCulture, $"| {fault} | {calls} | {client} | {tried} | {billed} |\n");
            }
        }

        text.Append(Learning);
        foreach (var story in learnt.GroupBy(r => r.Story))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n### {char.ToUpperInvariant(story.Key[0])}{story.Key[1..]}\n\n| before the call | the client sees | called |\n|---|---|---|\n");
            foreach (var row in story)
            {
                text.Append(CultureInfo.InvariantCulture, $"| {row.Vendors} | {row.Client} | {row.Called} |\n");
            }
        }

        return text.ToString();
    }
}
