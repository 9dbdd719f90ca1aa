using System.Text;
using System.Text.Json.Nodes;
using AigneHub.Hub.Tests.Management;
using AigneHub.Hub.Tests.Support;

namespace AigneHub.Hub.Tests.Translation;

/// <summary>
/// Every feature of the APIs, said in each API's official client to models of every dialect: what reaches the vendor is held to the
/// vendor's documentation, what the client gets to what the vendor answered (both in <c>Dialects</c>).
/// </summary>
[Collection(HubCollections.Translation)]
public sealed class FeatureTests(AzuriteFixture azurite)
{
    private static readonly string[] Fronts = ["chat", "responses", "messages", "gemini"];
    private static readonly string[] Ways = ["json", "stream"];

    /// <summary>Which provider and model speaks it. The client of the same name is passed through.</summary>
    private static readonly (string Dialect, string Title, string Model)[] Dialects =
    [
        ("chat", "OpenAI chat", "cerebras/gpt-oss"),
        ("responses", "OpenAI Responses", "perplexity/gpt-5.1"),
        ("messages", "Anthropic Messages", "anthropic/claude-sonnet-4-6"),
        ("gemini", "Gemini", "GEMINI/gemini-3-pro"),
        ("converse", "Bedrock Converse", "bedrock/amazon.nova-pro-v1:0"),
        ("cohere", "Cohere v2", "cohere/command-a-03-2025"),
    ];

    private static readonly string[] Requests =
    [
        "text", "system", "multi-turn", "image by URL", "image in base64", "PDF", "tools", "tool choice auto", "tool choice none",
        "tool choice required", "tool choice named", "parallel calls off", "parallel calls on", "two tool results", "tool result with an image",
        "json_schema", "json_object", "reasoning effort high", "reasoning budget", "reasoning off", "cache marker", "stop sequences",
        "token limit", "no token limit", "temperature", "top_k", "seed", "several answers", "log probabilities", "end user", "service tier",
        "web search of the vendor",
    ];

    /// <summary>What a vendor answers, and what each client must then see: text, calls, thoughts, finish.</summary>
    private static readonly Dictionary<string, string> Answers = new()
    {
        ["text"] = "Hello. |  |  | stop",
        ["calls"] = """ | weather({"city":"Oslo"}), weather({"city":"Rome"}) |  | tool calls""",
        ["length"] = "Hel |  |  | length",
        ["thoughts"] = "Hello. |  | Hm. | stop",
        ["filtered"] = "Hel |  |  | refused",
        ["midway"] = "error after Hel",
    };

    /// <summary>
    /// A vendor's status, and what the client gets: its trouble with the hub's key is the hub's (502), the rest keeps its meaning
    /// (<see href="https://platform.openai.com/docs/guides/error-codes"/>, <see href="https://docs.claude.com/en/api/errors"/>,
    /// <see href="https://ai.google.dev/gemini-api/docs/troubleshooting"/>).
    /// </summary>
    private static readonly (int Vendor, int Client, string OpenAi, string Anthropic, string Google)[] Errors =
    [
        (400, 400, "invalid_request_error", "invalid_request_error", "INVALID_ARGUMENT"),
        (404, 404, "invalid_request_error", "not_found_error", "NOT_FOUND"),
        (413, 413, "invalid_request_error", "request_too_large", "INVALID_ARGUMENT"),
        (429, 429, "rate_limit_error", "rate_limit_error", "RESOURCE_EXHAUSTED"),
        (500, 502, "server_error", "api_error", "INTERNAL"),
        (529, 503, "server_error", "overloaded_error", "UNAVAILABLE"),
        (401, 502, "server_error", "api_error", "INTERNAL"),
    ];

    private sealed record Cell(string Dialect, string Feature, string Kind, string Front, string Way, string Model);

    [Fact]
    public async Task Features_OfEveryClient_ReachEveryVendorAsDocumented()
    {
        await using var vendor = await DialectVendor.StartAsync();
        await using var hub = await TestHub.StartAsync(azurite, settings: vendor.Settings);
        await using var managed = new Managed(hub);
        var gemini = await vendor.CreateGeminiAsync(managed);
        var cells = AllCells(gemini);
        var seen = (await NodeClients.RunAsync("features.mjs", new Dictionary<string, string>
        {
            ["HUB_URL"] = hub.Address.GetLeftPart(UriPartial.Authority),
            ["HUB_KEY"] = hub.Key,
        }, new JsonArray([.. cells.Select(cell => new JsonObject
            {
                ["model"] = cell.Model,
                ["feature"] = cell.Feature,
                ["front"] = cell.Front,
                ["way"] = cell.Way,
            })]).ToJsonString())).AsArray();

        List<string> problems = [];
        var words = new Dictionary<(string, string, string, string), string>();
        foreach (var (cell, index) in cells.Select((cell, index) => (cell, index)))
        {
            vendor.Requests.TryGetValue(cell.Model[(cell.Model.IndexOf('/', StringComparison.Ordinal) + 1)..], out var sent);
            var (word, problem) = Judge(cell, seen[index]!, sent.Dialect, sent.Body);
            words[(cell.Dialect, cell.Feature, cell.Front, cell.Way)] = word;
            if (problem is not null)
            {
                problems.Add($"{cell.Dialect} / {cell.Feature} by {cell.Front} {cell.Way}: {problem}\n  seen {seen[index]!.ToJsonString()}\n  sent {sent.Body?.ToJsonString()}");
            }
        }

        Assert.True(problems.Count == 0, $"{problems.Count}:\n{string.Join('\n', problems.Take(40))}");
        await CompatibilityPage.CompareAsync("Feature by feature", Page(words));
    }

    private static List<Cell> AllCells(string gemini)
    {
        var cells = new List<Cell>();
        var features = Requests.Select(name => (Name: name, Kind: "text"))
            .Concat(Answers.Keys.Skip(1).Select(kind => (Name: kind, Kind: kind)))
            .Concat(Errors.Select(error => (Name: $"error {error.Vendor}", Kind: $"{error.Vendor}")));
        foreach (var (name, kind) in features)
        {
            foreach (var (dialect, _, model) in Dialects)
            {
                cells.AddRange(
                    from front in Fronts
                    from way in Ways
                    where IsRun(dialect, kind, way)
                    select new Cell(dialect, name, kind, front, way, model.Replace("GEMINI", gemini, StringComparison.Ordinal)));
            }
        }

        return [.. cells.Select((cell, index) => cell with { Model = $"{cell.Model}-x{cell.Kind}-{index}" })];
    }

    /// <summary>False where the dialect has no such answer, or no such way to give it.</summary>
    private static bool IsRun(string dialect, string kind, string way) =>
        char.IsAsciiDigit(kind[0]) || DialectVendor.Dialects[dialect]["answers"]![kind]?[way == "json" ? "whole" : "stream"] is not null;

    private static (string Word, string? Problem) Judge(Cell cell, JsonNode seen, string? sentDialect, JsonObject? sent)
    {
        if (seen["unspoken"] is not null)
        {
            return ("–", null);
        }

        if (char.IsAsciiDigit(cell.Kind[0]))
        {
            return JudgeError(cell, seen["error"]);
        }

        if (sent is null)
        {
            // The hub itself has refused it, and said which member is at fault.
            var isRefused = (int?)seen["error"]?["status"] == 400;
            return ("refused", isRefused ? null : "nothing was sent");
        }

        var isOwn = sentDialect == cell.Front;
        var expected = Answers.GetValueOrDefault(cell.Kind);
        var actual = WordsOf(seen);
        if (expected != actual)
        {
            return ("**differs**", $"expected {expected}, got {actual}");
        }

        if (isOwn || cell.Kind != "text")
        {
            return (isOwn ? "as it is" : "same", null);
        }

        var requests = DialectVendor.Dialects[cell.Dialect]["requests"]!;
        if ((requests[$"{cell.Feature}@{cell.Front}"] ?? requests[cell.Feature]) is not JsonObject wanted)
        {
            return ("**differs**", "the dialect has no such request");
        }

        var difference = JsonPart.Difference(wanted, sent);
        return (seen["warnings"] is not null ? "warned" : wanted["$emulated"] is not null ? "emulated" : "same", difference);
    }

    private static (string Word, string? Problem) JudgeError(Cell cell, JsonNode? error)
    {
        var expected = Errors.Single(known => $"{known.Vendor}" == cell.Kind);
        var type = cell.Front switch { "messages" => expected.Anthropic, "gemini" => expected.Google, _ => expected.OpenAi };
        // A verdict on the request goes on in the vendor's own document, which here is that of a 400.
        var isOwn = cell.Front == cell.Dialect && expected.Vendor == expected.Client && expected.Vendor != 429;
        var isSame = (int?)error?["status"] == expected.Client && (isOwn || error["type"]?.ToString() == type);
        return (isOwn ? "as it is" : "same", isSame ? null : $"expected {expected.Client} {type}");
    }

    private static string WordsOf(JsonNode seen)
    {
        if (seen["error"] is { } error)
        {
            return error["sofar"] is { } text ? $"error after {text}" : $"error {error}";
        }

        var answer = seen["answer"]!;
        var calls = answer["calls"]!.AsArray().Select(call => call!.ToString()).ToArray();
        var finish = (string?)answer["finish"] switch
        {
            "length" or "max_output_tokens" or "max_tokens" or "MAX_TOKENS" => "length",
            "content_filter" or "refusal" or "SAFETY" => "refused",
            "stop" or "completed" or "end_turn" or "STOP" or "tool_calls" or "tool_use" => calls.Length > 0 ? "tool calls" : "stop",
            var other => other,
        };
        return $"{answer["text"]} | {string.Join(", ", calls)} | {answer["reasoning"]} | {finish}";
    }

    private static string Page(Dictionary<(string Dialect, string Feature, string Front, string Way), string> words)
    {
        var page = new StringBuilder($"""

            Each feature said by each API's official client to a vendor of each dialect. What reached the vendor is held to its documentation, what
            the client saw to what the vendor answered: both stand in `tests/AigneHub.Hub.Tests/Translation/Dialects`. One word for both ways, or
            whole / streamed. *same*: said in the vendor's own words. *emulated*: asked for by other means. *warned*: left out or weakened, and
            named in `x-hub-warnings`. *refused*: 400, naming the member. *as it is*: passed through. –: the client's API has no word for it.
            *not run*: the dialect has no such answer.


            """);
        var run = 0;
        var notRun = 0;
        foreach (var (dialect, title, _) in Dialects)
        {
            page.Append($"### {title}\n[Documentation]({DialectVendor.Dialects[dialect]["documentation"]})\n\n| | {string.Join(" | ", Fronts)} |\n|---|{string.Concat(Fronts.Select(_ => "---|"))}\n");
            foreach (var feature in Requests.Concat(Answers.Keys.Skip(1)).Concat(Errors.Select(error => $"error {error.Vendor}")))
            {
                page.Append($"| {TitleOf(feature)} |");
                foreach (var front in Fronts)
                {
                    var both = Ways.Select(way => words.GetValueOrDefault((dialect, feature, front, way), "not run")).ToArray();
                    run += both.Count(word => word is not ("not run" or "–"));
                    notRun += both.Count(word => word == "not run");
                    page.Append($" {(both[0] == both[1] ? both[0] : string.Join(" / ", both))} |");
                }

                page.Append('\n');
            }

            page.Append('\n');
        }

        return page.Append($"{run} cells run, {notRun} not run: a break in mid-answer needs a stream, and Cohere's API has no word for filtered answers or errors in its streams.\n\n").ToString();
    }

    private static string TitleOf(string feature) => feature switch
    {
        "calls" => "answer: two tool calls",
        "length" => "answer: cut at the limit",
        "thoughts" => "answer: thoughts",
        "filtered" => "answer: stopped by a filter, refused",
        "midway" => "answer: an error in its middle",
        _ => feature,
    };
}
