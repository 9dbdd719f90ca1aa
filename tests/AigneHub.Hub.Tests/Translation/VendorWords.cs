using System.Text.Json.Nodes;
using AigneHub.Hub.Tests.Support;

namespace AigneHub.Hub.Tests.Translation;

/// <summary>
/// What a recorded answer says in the vendor's own shape, read apart from the hub, for what no official client reads: Converse
/// (<see href="https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html"/>), Cohere
/// (<see href="https://docs.cohere.com/reference/chat"/>), and Anthropic's streams that its client refuses. In the words of
/// <c>any-to-any.mjs</c>; without usage where none was recorded.
/// </summary>
internal static class VendorWords
{
    private static readonly string Folder = Environment.GetEnvironmentVariable(RecordedFactAttribute.Variable) ?? "";

    public static JsonObject Of(string dialect, string recording, string way)
    {
        var steps = way == "json"
            ? [JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, $"{recording}.json")))!]
            : File.ReadLines(Path.Combine(Folder, $"{recording}.chunks.txt")).Where(line => line.Length > 0).Select(line => JsonNode.Parse(line)!).ToList();
        var said = new Said();
        foreach (var step in steps)
        {
            switch (dialect)
            {
                case "Converse":
                    ReadConverse(step, said);
                    break;
                case "Cohere v2":
                    ReadCohere(step, said);
                    break;
                default:
                    ReadMessages(step, said);
                    break;
            }
        }

        return said.ToJson();
    }

    private static void ReadConverse(JsonNode step, Said said)
    {
        foreach (var block in step["output"]?["message"]?["content"]?.AsArray() ?? [])
        {
            said.Text += block!["text"];
            said.Reasoning += block["reasoningContent"]?["reasoningText"]?["text"];
            if (block["toolUse"] is { } call)
            {
                said.Calls.Add(($"{call["name"]}", call["input"]!.ToJsonString()));
            }
        }

        if (step["contentBlockStart"]?["start"]?["toolUse"] is { } started)
        {
            said.Calls.Add(($"{started["name"]}", ""));
        }

        var delta = step["contentBlockDelta"]?["delta"];
        said.Text += delta?["text"];
        said.Reasoning += delta?["reasoningContent"]?["text"];
        said.More($"{delta?["toolUse"]?["input"]}");
        said.Finish ??= (string?)(step["stopReason"] ?? step["messageStop"]?["stopReason"]);
        said.Usage ??= step["usage"] ?? step["metadata"]?["usage"];
    }

    private static void ReadCohere(JsonNode step, Said said)
    {
        var message = step["message"] ?? step["delta"]?["message"];
        said.Reasoning += message?["tool_plan"];
        foreach (var block in message?["content"] is JsonArray all ? all.ToList() : [message?["content"]])
        {
            said.Text += block?["text"];
            said.Reasoning += block?["thinking"];
        }

        foreach (var call in message?["tool_calls"] is JsonArray calls ? calls.ToList() : [message?["tool_calls"]])
        {
            if (call?["id"] is not null)
            {
                said.Calls.Add(($"{call["function"]!["name"]}", $"{call["function"]!["arguments"]}"));
            }
            else
            {
                said.More($"{call?["function"]?["arguments"]}");
            }
        }

        said.Finish ??= (string?)(step["finish_reason"] ?? step["delta"]?["finish_reason"]);
        said.Usage ??= (step["usage"] ?? step["delta"]?["usage"])?["billed_units"];
    }

    private static void ReadMessages(JsonNode step, Said said)
    {
        said.Text += step["delta"]?["text"];
        said.Finish ??= (string?)step["delta"]?["stop_reason"];
        foreach (var count in (step["usage"] ?? step["message"]?["usage"])?.AsObject() ?? [])
        {
            (said.Usage ??= new JsonObject())[count.Key] = count.Value?.DeepClone();
        }
    }

    private sealed class Said
    {
        public string Text { get; set; } = "";

        public string Reasoning { get; set; } = "";

        public List<(string Name, string Arguments)> Calls { get; } = [];

        public string? Finish { get; set; }

        public JsonNode? Usage { get; set; }

        public void More(string arguments)
        {
            if (arguments.Length > 0)
            {
                Calls[^1] = (Calls[^1].Name, Calls[^1].Arguments + arguments);
            }
        }

        public JsonObject ToJson() => new()
        {
            ["text"] = Text,
            ["calls"] = new JsonArray([.. Calls.Select(call => new JsonObject { ["name"] = call.Name, ["args"] = call.Arguments })]),
            ["finish"] = Finish,
            ["reasoning"] = Reasoning,
            ["input"] = (Usage?["inputTokens"] ?? Usage?["input_tokens"])?.DeepClone(),
            ["output"] = (Usage?["outputTokens"] ?? Usage?["output_tokens"])?.DeepClone(),
        };
    }
}
