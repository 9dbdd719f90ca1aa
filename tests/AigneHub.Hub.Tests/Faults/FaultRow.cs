using System.Globalization;
using System.Text.Json.Nodes;

namespace AigneHub.Hub.Tests.Faults;

/// <summary>What came of a case, in words that are the same on every run.</summary>
/// <param name="Client">What the client saw.</param>
/// <param name="Tried">The attempts.</param>
/// <param name="Billed">What the ledger says.</param>
internal sealed record FaultRow(FaultCase Case, string Client, string Tried, string Billed)
{
    private const int ManyEvents = 10;
    private const int ManyTokens = 40;
    private const int MessageCharsShown = 70;

    public static FaultRow NotRun(FaultCase fault) => new(fault, "not run", fault.NotRun!, "");

    public static FaultRow Of(FaultCase fault, RawAnswer answer, JsonNode line) =>
        new(fault, ClientOf(fault, answer), TriedOf(line), BilledOf(line));

    /// <summary>The data of a stream's events; comments are left out, because their number depends on time.</summary>
    public static IReadOnlyList<string> EventsOf(RawAnswer answer) => [.. answer.Text.ReplaceLineEndings("\n")
        .Split("\n\n").Where(e => e.Contains("data:", StringComparison.Ordinal)).Select(e => e[(e.IndexOf("data:", StringComparison.Ordinal) + 5)..].Trim())];

    public static JsonNode? ErrorOf(string data)
    {
        try
        {
            return (JsonNode.Parse(data) as JsonObject)?["error"];
        }
        catch (System.Text.Json.JsonException)
        {
            return null;
        }
    }

    private static string ClientOf(FaultCase fault, RawAnswer answer)
    {
        if (answer.Status != 200)
        {
            var retry = answer.Header("Retry-After") is { } seconds ? $", Retry-After {seconds}" : "";
            return $"{answer.Status} {Describe(ErrorOf(answer.Text)!, words: answer.Status is < 500 and not 429)}{retry}{(answer.Whole ? "" : ", cut")}";
        }

        if (fault.Call == CallKind.Json)
        {
            return answer.Whole && answer.Text.Contains("\"one two three\"", StringComparison.Ordinal) ? "200, the answer" : "200, something else";
        }

        var events = EventsOf(answer);
        var error = events.Count > 0 ? ErrorOf(events[^1]) : null;
        var done = events.Contains("[DONE]");
        var chunks = events.Count - (error is null ? 0 : 1) - (done ? 1 : 0);
        var text = $"200, {(chunks > ManyEvents ? "many" : chunks.ToString(CultureInfo.InvariantCulture))} {(chunks == 1 ? "event" : "events")}";
        text += done ? ", [DONE]" : "";
        text += error is null ? "" : $", error {Describe(error, words: false)}";
        return text + (answer.Whole ? ", end" : ", cut");
    }

    private static string Describe(JsonNode error, bool words)
    {
        var text = error["code"] is JsonValue code ? code.ToString() : $"{error["type"]}";
        var message = error["message"]!.GetValue<string>();
        message = message.Length > MessageCharsShown ? message[..MessageCharsShown] + "…" : message;
        return words ? $"{text}: “{message}”" : text;
    }

    private static string TriedOf(JsonNode line) => string.Join("; then ", line["attempts"]!.AsArray().Select(a =>
    {
        var provider = a!["model"]!.GetValue<string>().Split('/')[0];
        var status = a["status"]!.GetValue<int>();
        var failure = a["failure"]?.GetValue<string>();
        var what = (status, failure) switch
        {
            (_, null) => "answered",
            (0, _) => failure,
            _ when failure == $"status_{status}" => failure,
            _ => $"{status}, {failure}",
        };
        return $"{provider}: {what}";
    }));

    private static string BilledOf(JsonNode line)
    {
        var units = line["lines"]!.AsArray().Select(l =>
        {
            var count = l!["units"]!.GetValue<long>();
            return $"{(count > ManyTokens ? "many" : count.ToString(CultureInfo.InvariantCulture))} {l["kind"]}";
        }).ToArray();
        var outcome = line["outcome"]!.GetValue<string>();
        return units.Length == 0
            ? $"{outcome}; nothing"
            : $"{outcome}; {string.Join(" + ", units)}, {(line["estimated"]!.GetValue<bool>() ? "estimated" : "reported")}";
    }
}
