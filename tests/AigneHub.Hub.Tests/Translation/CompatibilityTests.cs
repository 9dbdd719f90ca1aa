using System.Text;
using System.Text.Json.Nodes;
using AigneHub.Hub.Tests.Management;
using AigneHub.Hub.Tests.Support;

namespace AigneHub.Hub.Tests.Translation;

/// <summary>
/// Every recorded answer through every client's API: the official clients see what the vendor's own API says. Writes and compares
/// <c>docs/compatibility.md</c>.
/// </summary>
[Collection(HubCollection.Name)]
public sealed class CompatibilityTests(AzuriteFixture azurite)
{
    private const string UpdateVariable = "AIGNEHUB_UPDATE_DOCS";
    private static readonly string[] Fronts = ["chat", "responses", "messages", "gemini"];
    private const string CutStream = "openai/openai-phase.1";
    private static readonly string[] Ways = ["json", "stream"];

    /// <summary>
    /// The provider, the recording, and the yardstick: the client's API that the vendor itself speaks. No client speaks Bedrock's
    /// Converse and Cohere's chat: there all fronts are held to one.
    /// </summary>
    private static readonly (string Provider, string Recording, string Own)[] Known =
    [
        ("perplexity", "azure/azure-text.1", "responses"),
        ("perplexity", "azure/azure-tool-call.1", "responses"),
        ("deepseek", "deepseek/deepseek-tool-call", "chat"),
        ("cerebras", "groq/groq-tool-call", "chat"),
        ("mistral", "mistral/mistral-text", "chat"),
        ("mistral", "mistral/mistral-tool-call", "chat"),
        ("mistral", "mistral/mistral-reasoning", "chat"),
        ("poe", "xai/xai-text", "chat"),
        ("poe", "xai/xai-tool-call", "chat"),
        ("anthropic", "anthropic/anthropic-text", "messages"),
        ("anthropic", "anthropic/anthropic-json-tool.1", "messages"),
        ("anthropic", "anthropic/anthropic-tool-no-args", "messages"),
        ("anthropic", "anthropic/anthropic-clear-thinking.1", "messages"),
        ("anthropic", "anthropic/anthropic-refusal", "messages"),
        ("GEMINI", "google/google-text", "gemini"),
        ("GEMINI", "google/google-tool-call", "gemini"),
        ("GEMINI", "google/google-tool-call-gemini3", "gemini"),
        ("GEMINI", "google/google-reasoning", "gemini"),
        ("perplexity", "openai/openai-phase.1", "responses"),
        ("bedrock", "amazon-bedrock/amazon-bedrock-text", "chat"),
        ("bedrock", "amazon-bedrock/amazon-bedrock-tool-call.1", "chat"),
        ("bedrock", "amazon-bedrock/amazon-bedrock-tool-no-args", "chat"),
        ("bedrock", "amazon-bedrock/amazon-bedrock-reasoning", "chat"),
        ("cohere", "cohere/cohere-text", "responses"),
        ("cohere", "cohere/cohere-tool-call", "responses"),
    ];

    [RecordedFact]
    public async Task Recordings_ThroughEveryFront_SayTheSame()
    {
        await using var vendors = await AnyRecording.StartAsync();
        await using var hub = await TestHub.StartAsync(
            azurite, settings: new Dictionary<string, string?>(vendors.Settings) { ["AigneHub:Upstream:PrivateNetworks"] = "true" });
        await using var managed = new Managed(hub);
        // Google itself serves OpenAI's chat, too; this one speaks its own API alone.
        var gemini = Managed.NewId("gemini");
        await managed.CreateAsync("providers", $$"""{"id":"{{gemini}}","vendor":"custom-gemini","baseUrl":"{{vendors.Url}}/v1beta"}""");
        await managed.CreateAsync("credentials", $$"""{"provider":"{{gemini}}","name":"k","secret":"a-key-of-nobody"}""");
        var rows = Known.Select(r => r with { Provider = r.Provider == "GEMINI" ? gemini : r.Provider }).ToArray();
        var seen = await NodeClients.RunAsync("any-to-any.mjs", new Dictionary<string, string>
        {
            ["HUB_URL"] = hub.Address.GetLeftPart(UriPartial.Authority),
            ["HUB_KEY"] = hub.Key,
            ["MODELS"] = new JsonArray([.. rows.Select(r => JsonValue.Create($"{r.Provider}/{r.Recording}"))]).ToJsonString(),
        });

        var page = new StringBuilder(Head);
        List<string> problems = [];
        var notRun = 0;
        foreach (var (provider, recording, own) in rows)
        {
            page.Append($"| {recording.Split('/')[0]} | `{recording}` | {(provider is "bedrock" ? "Converse" : provider is "cohere" ? "Cohere v2" : own)} |");
            foreach (var cell in Fronts.SelectMany(front => Ways.Select(way => (Front: front, Way: way))))
            {
                var name = $"{provider}/{recording}";
                if ((recording == CutStream && cell.Way == "stream") || (provider == "cohere" && cell.Front == "chat"))
                {
                    page.Append(" not run |");
                    notRun++;
                    continue;
                }

                var expected = Words(seen[$"{name} {own} {cell.Way}"]!);
                var actual = Words(seen[$"{name} {cell.Front} {cell.Way}"]!);
                var same = expected == actual && !actual.StartsWith("error", StringComparison.Ordinal);
                page.Append(same ? cell.Front == own && provider is not ("bedrock" or "cohere") ? " as it is |" : " same |" : " **differs** |");
                if (!same)
                {
                    problems.Add($"{name} by {cell.Front} {cell.Way}:\n  own   {expected}\n  seen  {actual}");
                }
            }

            page.Append('\n');
        }

        Assert.True(problems.Count == 0, string.Join('\n', problems));
        page.Append($"\n{rows.Length * Fronts.Length * Ways.Length - notRun} cells run, {notRun} not run: the stream of `{CutStream}` was recorded in parts, and Cohere serves OpenAI's chat itself.\n");
        await CompareAsync(page.ToString());
    }

    /// <summary>What an answer says, in words that don't depend on the client's API.</summary>
    private static string Words(JsonNode seen)
    {
        if (seen["error"] is { } error)
        {
            return $"error {error}";
        }

        var calls = seen["calls"]!.AsArray().Select(c => $"{c!["name"]}({Canonical(c["args"]!.ToString())})").ToArray();
        var finish = seen["finish"]?.ToString() switch
        {
            "max_tokens" or "length" or "MAX_TOKENS" or "max_output_tokens" => "length",
            "stop" or "completed" or "end_turn" or "STOP" or "tool_calls" or "tool_use" => calls.Length > 0 ? "tool calls" : "stop",
            "refusal" or "content_filter" or "SAFETY" or "PROHIBITED_CONTENT" => "refused",
            var other => other,
        };
        // A refusal's words stand where each API has a place for them: as text, as a refusal, or nowhere.
        var text = finish == "refused" ? "" : seen["text"]!.ToString();
        return $"{(text.Length > 60 ? $"{text[..40]}… ({text.Length}, {text.GetHashCode(StringComparison.Ordinal):x})" : text)} | {string.Join(", ", calls)} | thought: {seen["reasoning"]} | {finish} | {seen["input"]} in, {seen["output"]} out";
    }

    private static string Canonical(string arguments) => arguments.Length == 0 ? "{}" : JsonNode.Parse(arguments)!.ToJsonString();

    private static async Task CompareAsync(string page)
    {
        var path = Path.Combine(Repository.Root, "docs", "compatibility.md");
        if (Environment.GetEnvironmentVariable(UpdateVariable) is { Length: > 0 })
        {
            await File.WriteAllTextAsync(path, page);
        }

        Assert.True(
            File.Exists(path) && await File.ReadAllTextAsync(path) == page,
            $"docs/compatibility.md differs. If it should, run the tests with {UpdateVariable}=1.");
    }

    private const string Head = """
        # Any client, any vendor

        Made by the tests (`tests/AigneHub.Hub.Tests/Translation`): a vendor's recorded answer, called through the API in each column with its
        official client (npm `openai`, `@anthropic-ai/sdk`, `@google/genai`), whole and streamed. *as it is*: the vendor's own API, whose bytes
        are passed through; *same*: translated, and text, tool calls with their arguments, reasoning, finish reason and usage equal what
        the vendor's own API says (of a refusal the words apart, which each API has elsewhere; no client speaks Converse or Cohere v2: there, what the other clients see). To write it anew: `AIGNEHUB_UPDATE_DOCS=1 dotnet test tests/AigneHub.Hub.Tests --filter Compatibility`.

        | vendor | recording | own API | chat | chat, stream | responses | responses, stream | messages | messages, stream | gemini | gemini, stream |
        |---|---|---|---|---|---|---|---|---|---|---|

        """;
}
