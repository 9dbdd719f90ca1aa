using System.Text;
using System.Text.Json.Nodes;
using AigneHub.Hub.Tests.Management;
using AigneHub.Hub.Tests.Support;

namespace AigneHub.Hub.Tests.Translation;

/// <summary>
/// Every recorded answer through every client's API: the official clients see what the vendor's own API says. Writes and compares its
/// part of <c>docs/compatibility.md</c>.
/// </summary>
[Collection(HubCollections.Translation)]
public sealed class CompatibilityTests(AzuriteFixture azurite)
{
    private static readonly string[] Fronts = ["chat", "responses", "messages", "gemini"];
    private static readonly string[] Ways = ["json", "stream"];
    private static readonly string Folder = Environment.GetEnvironmentVariable(RecordedFactAttribute.Variable) ?? "";

    /// <summary>
    /// The provider, the recording, and whose shape it has: that of a client's API, whose own client says what it means, or of a
    /// vendor's alone, which is read by hand (<see cref="VendorWords"/>). Errors: what every client must get, by the rules of
    /// <c>docs/faults.md</c>; those that are held against the key stand last.
    /// </summary>
    private static readonly (string Provider, string Recording, string Own, string? Error)[] Known =
    [
        ("perplexity", "azure/azure-text.1", "responses", null),
        ("perplexity", "azure/azure-tool-call.1", "responses", null),
        ("deepseek", "deepseek/deepseek-reasoning", "chat", null),
        ("deepseek", "deepseek/deepseek-tool-call", "chat", null),
        ("cerebras", "groq/groq-text", "chat", null),
        ("cerebras", "groq/groq-tool-call", "chat", null),
        ("mistral", "mistral/mistral-text", "chat", null),
        ("mistral", "mistral/mistral-tool-call", "chat", null),
        ("mistral", "mistral/mistral-reasoning", "chat", null),
        ("poe", "xai/xai-text", "chat", null),
        ("poe", "xai/xai-tool-call", "chat", null),
        ("anthropic", "anthropic/anthropic-text", "messages", null),
        ("anthropic", "anthropic/anthropic-json-tool.1", "messages", null),
        ("anthropic", "anthropic/anthropic-tool-no-args", "messages", null),
        ("anthropic", "anthropic/anthropic-clear-thinking.1", "messages", null),
        ("anthropic", "anthropic/anthropic-claude-opus-5-reasoning-high.1", "messages", null),
        ("anthropic", "anthropic/anthropic-message-delta-input-tokens", "messages", null),
        ("anthropic", TwoStarts, "messages", null),
        ("anthropic", "anthropic/anthropic-refusal", "messages", null),
        ("anthropic", "anthropic/anthropic-refusal-no-details", "messages", null),
        ("GEMINI", "google/google-text", "gemini", null),
        ("GEMINI", "google/google-tool-call", "gemini", null),
        ("GEMINI", "google/google-tool-call-gemini3", "gemini", null),
        ("GEMINI", "google/google-reasoning", "gemini", null),
        ("GEMINI", "google/google-429-retry-info", "gemini", "error 429"),
        ("cerebras", "openai/openai-text", "chat", null),
        ("perplexity", CutStream, "responses", null),
        ("perplexity", "openai/openai-custom-tool.1", "responses", null),
        ("bedrock", "amazon-bedrock/amazon-bedrock-text", "Converse", null),
        ("bedrock", "amazon-bedrock/amazon-bedrock-tool-call.1", "Converse", null),
        ("bedrock", "amazon-bedrock/amazon-bedrock-json-tool.1", "Converse", null),
        ("bedrock", "amazon-bedrock/amazon-bedrock-tool-no-args", "Converse", null),
        ("bedrock", "amazon-bedrock/amazon-bedrock-reasoning", "Converse", null),
        ("cohere", "cohere/cohere-text", "Cohere v2", null),
        ("cohere", "cohere/cohere-tool-call", "Cohere v2", null),
        ("perplexity", "openai/openai-error.1", "responses", "error 502"),
    ];

    /// <summary>Recordings of APIs that are not conversations.</summary>
    private static readonly string[] Others =
    [
        "amazon-bedrock/amazon-bedrock-reranking.1", "cohere/cohere-embedding", "cohere/cohere-reranking.1", "groq/groq-transcription-text",
        "openai/openai-completion-text", "openai/openai-embedding", "openai/openai-image", "openai/openai-transcription",
    ];

    private const string CutStream = "openai/openai-phase.1";
    private const string TwoStarts = "anthropic/duplicate-message-start";

    [RecordedFact]
    public async Task Recordings_ThroughEveryFront_SayTheSame()
    {
        Assert.Equal(Recorded(), Known.Select(row => row.Recording).Concat(Others).Order(StringComparer.Ordinal));
        await using var vendors = await AnyRecording.StartAsync();
        await using var hub = await TestHub.StartAsync(azurite, settings: new Dictionary<string, string?>(vendors.Settings)
        {
            ["AigneHub:Upstream:PrivateNetworks"] = "true",
            ["AigneHub:Gateway:AttemptsMax"] = "1",
        });
        await using var managed = new Managed(hub);
        // Google itself serves OpenAI's chat, too; this one speaks its own API alone.
        var gemini = Managed.NewId("gemini");
        await managed.CreateAsync("providers", $$"""{"id":"{{gemini}}","vendor":"custom-gemini","baseUrl":"{{vendors.Url}}/v1beta"}""");
        await managed.CreateAsync("credentials", $$"""{"provider":"{{gemini}}","name":"k","secret":"a-key-of-nobody"}""");
        var rows = Known.Select(r => r with { Provider = r.Provider == "GEMINI" ? gemini : r.Provider }).ToArray();
        var cells = rows.SelectMany(row => Fronts.SelectMany(front => Ways.Select(way => (Row: row, Front: front, Way: way)))).ToList();
        var seen = await NodeClients.RunAsync("any-to-any.mjs", new Dictionary<string, string>
        {
            ["HUB_URL"] = hub.Address.GetLeftPart(UriPartial.Authority),
            ["HUB_KEY"] = hub.Key,
        }, new JsonArray([.. cells.Where(cell => WhyNot(cell.Row, cell.Front, cell.Way) is null).Select(cell => new JsonObject
        {
            ["model"] = NameOf(cell.Row, cell.Front, cell.Way),
            ["front"] = cell.Front,
            ["way"] = cell.Way,
        })]).ToJsonString());

        List<string> problems = [];
        List<string> reasons = [];
        var page = new StringBuilder(Head);
        foreach (var row in rows)
        {
            page.Append($"| `{row.Recording}` | {row.Own} |");
            foreach (var (_, front, way) in cells.Where(cell => cell.Row == row))
            {
                if (WhyNot(row, front, way) is { } reason)
                {
                    page.Append(" not run |");
                    reasons.Add(reason);
                    continue;
                }

                var expected = Expected(row, way, seen);
                var actual = seen[$"{NameOf(row, front, way)} {front} {way}"]!;
                var same = Words(expected, expected) == Words(actual, expected);
                page.Append(same ? front == row.Own && row.Error is null ? " as it is |" : " same |" : " **differs** |");
                if (!same)
                {
                    problems.Add($"{row.Recording} by {front} {way}:\n  own   {Words(expected, expected)}\n  seen  {Words(actual, expected)}");
                }
            }

            page.Append('\n');
        }

        Assert.True(problems.Count == 0, string.Join('\n', problems));
        page.Append($"\n{cells.Count - reasons.Count} cells run, {reasons.Count} not run: ");
        page.AppendJoin(", ", reasons.GroupBy(reason => reason).OrderByDescending(group => group.Count()).Select(group => $"{group.Count()} {group.Key}"));
        page.Append($". {Others.Length} recordings are no conversations (embeddings, ranking, images, speech, completions).\n");
        await CompatibilityPage.CompareAsync("Recording by recording", page.ToString());
    }

    /// <summary>All that is in the folder, so that none is missing unseen.</summary>
    private static IEnumerable<string> Recorded() => Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(Folder, file).Replace('\\', '/'))
        .Where(file => file.Contains('/', StringComparison.Ordinal))
        .Select(file => file.Replace(".chunks.txt", "", StringComparison.Ordinal).Replace(".json", "", StringComparison.Ordinal))
        .Distinct()
        .Order(StringComparer.Ordinal);

    private static string? WhyNot((string Provider, string Recording, string Own, string? Error) row, string front, string way) => row switch
    {
        { Error: not null } => null,
        { Recording: CutStream } when way == "stream" => "of a stream that was recorded in parts",
        { Recording: TwoStarts } when front == "messages" => "that Anthropic's own client refuses",
        { Provider: "cohere" } when front == "chat" => "passed to Cohere's own chat of OpenAI's kind",
        _ when !File.Exists(Path.Combine(Folder, row.Recording + (way == "json" ? ".json" : ".chunks.txt"))) =>
            way == "json" ? "recorded as streams alone" : "recorded whole alone",
        _ => null,
    };

    /// <summary>Errors are held against a model: each call has one of its own.</summary>
    private static string NameOf((string Provider, string Recording, string Own, string? Error) row, string front, string way) =>
        $"{row.Provider}/{row.Recording}{(row.Error is null ? "" : $"~{front}-{way}")}";

    private static JsonNode Expected((string Provider, string Recording, string Own, string? Error) row, string way, JsonNode seen) => row switch
    {
        { Error: { } error } => new JsonObject { ["error"] = "", ["status"] = int.Parse(error[6..]) },
        { Own: "Converse" or "Cohere v2" } or { Recording: TwoStarts } => VendorWords.Of(row.Own, row.Recording, way),
        _ => seen[$"{NameOf(row, row.Own, way)} {row.Own} {way}"]!,
    };

    /// <summary>What an answer says, in words that don't depend on the client's API.</summary>
    /// <param name="expected">Without usage: nobody has recorded it, so the hub's estimate stands.</param>
    private static string Words(JsonNode seen, JsonNode expected)
    {
        if (seen["error"] is { } error)
        {
            return expected["error"] is null ? $"error {error}" : $"error {seen["status"]}";
        }

        var calls = seen["calls"]!.AsArray().Select(c => $"{c!["name"]}({Canonical(c["args"]!.ToString())})").ToArray();
        var finish = seen["finish"]?.ToString() switch
        {
            "max_tokens" or "length" or "MAX_TOKENS" or "max_output_tokens" => "length",
            "stop" or "completed" or "end_turn" or "STOP" or "tool_calls" or "tool_use" or "COMPLETE" or "TOOL_CALL" =>
                calls.Length > 0 ? "tool calls" : "stop",
            "refusal" or "content_filter" or "SAFETY" or "PROHIBITED_CONTENT" => "refused",
            var other => other,
        };
        // A refusal's words stand where each API has a place for them: as text, as a refusal, or nowhere.
        var text = finish == "refused" ? "" : seen["text"]!.ToString();
        var usage = expected["input"] is null ? "" : $"{seen["input"]} in, {seen["output"]} out";
        return $"{(text.Length > 60 ? $"{text[..40]}… ({text.Length}, {text.GetHashCode(StringComparison.Ordinal):x})" : text)} | {string.Join(", ", calls)} | thought: {seen["reasoning"]} | {finish} | {usage}";
    }

    private static string Canonical(string arguments) => arguments.Length == 0 ? "{}" : JsonNode.Parse(arguments)!.ToJsonString();

    private const string Head = """

        A vendor's recorded answer, called through the API in each column. *as it is*: the vendor's own API, whose bytes are passed through;
        *same*: translated, and text, tool calls with their arguments, reasoning, finish reason and usage, or the error's status, equal what the
        vendor's own shape says (of a refusal the words apart, which each API has elsewhere). Input of custom tools stands in `input` where the
        client's API knows no free text.

        | recording | shape | chat | chat, stream | responses | responses, stream | messages | messages, stream | gemini | gemini, stream |
        |---|---|---|---|---|---|---|---|---|---|

        """;
}
