using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AigneHub.Providers;
using AigneHub.Translation;
using AigneHub.Translation.Model;
using AigneHub.Translation.OpenAi;

namespace AigneHub.Unit.Tests.Translation;

/// <summary>Every value of a document in turn is one of another type: nothing throws, and what is written is JSON.</summary>
public sealed class OpenAiHostileTests
{
    private static readonly string[] Odd = ["null", "7", "-1.5e300", "true", "\"x\"", "\"\"", "[]", "{}", "[7]", "[[]]", "[{}]", "\"\\ud83d\""];

    private static readonly (IFrontFormat Front, IVendorFormat Vendor)[] Formats =
    [
        (OpenAiChatFormat.Instance, OpenAiChatFormat.For(ProviderTable.Find("deepseek"))),
        (OpenAiResponsesFormat.Instance, OpenAiResponsesFormat.Instance),
    ];

    [Theory]
    [InlineData(0, """
        {"messages":[{"role":"user","name":"a","content":[{"type":"text","text":"x","cache_control":{"ttl":"1h"}},{"type":"image_url",
        "image_url":{"url":"data:image/png;base64,AAAA","detail":"low"}},{"type":"file","file":{"filename":"a","file_data":"data:;base64,A"}},
        {"type":"input_audio","input_audio":{"data":"AA","format":"mp3"}}]},{"role":"assistant","content":"c","refusal":"r",
        "reasoning_details":[{"type":"reasoning.text","text":"t","signature":"s","format":"anthropic-claude-v1","id":"i"}],
        "tool_calls":[{"id":"1","type":"function","function":{"name":"f","arguments":"{}"},"extra_content":{"google":{"thought_signature":"s"}}},
        {"id":"2","type":"custom","custom":{"name":"g","input":"i"}}]},{"role":"tool","tool_call_id":"1","content":[{"type":"text","text":"x"}]}],
        "tools":[{"type":"function","function":{"name":"f","description":"d","parameters":{"type":"object"},"strict":true}},
        {"type":"custom","custom":{"name":"g","description":"d","format":{"type":"grammar","grammar":{"syntax":"regex","definition":"x"}}}}],
        "tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":"auto","tools":[{"type":"function","function":{"name":"f"}}]}},
        "n":1,"stop":["a"],"max_tokens":5,"temperature":1,"top_k":4,"seed":1,"metadata":{"a":"b"},"modalities":["text"],"user":"u",
        "response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{},"strict":true}},"reasoning_effort":"low","stream":true}
        """)]
    [InlineData(1, """
        {"instructions":"i","input":[{"type":"message","id":"m","role":"user","content":[{"type":"input_text","text":"x"},{"type":"input_image",
        "image_url":"data:image/png;base64,AAAA","detail":"low"},{"type":"input_file","file_url":"https://example.com","filename":"f"}]},
        {"type":"reasoning","id":"r","summary":[{"type":"summary_text","text":"t"}],"encrypted_content":"aignehub1.AnthropicMessages.signature.QQ"},
        {"type":"function_call","id":"f","call_id":"1","name":"f","arguments":"{}"},{"type":"custom_tool_call","call_id":"2","name":"g","input":"i"},
        {"type":"function_call_output","call_id":"1","output":"x"},{"type":"custom_tool_call_output","call_id":"2","output":[{"type":"input_text","text":"x"}]}],
        "tools":[{"type":"function","name":"f","description":"d","parameters":{},"strict":true},{"type":"custom","name":"g","format":{"type":"grammar",
        "syntax":"regex","definition":"x"}}],"tool_choice":{"type":"custom","name":"g"},"reasoning":{"effort":"low","summary":"auto"},
        "text":{"format":{"type":"json_schema","name":"n","schema":{}},"verbosity":"low"},"include":["x"],"background":false,"top_logprobs":0,
        "max_output_tokens":5,"metadata":{"a":"b"},"truncation":"auto","service_tier":"auto","prompt_cache_key":"k","store":false}
        """)]
    public void Request_AnyValueOdd_IsReadOrRefused(int format, string json)
    {
        var accepted = 0;
        foreach (var body in Variants(json))
        {
            var (request, error) = Formats[format].Front.ReadRequest(body);
            Assert.True(request is null != error is null);
            if (request is null)
            {
                Assert.Equal(400, error!.Status);
                continue;
            }

            accepted++;
            foreach (var (_, vendor) in Formats)
            {
                Write(vendor, request);
            }
        }

        Assert.InRange(accepted, 50, int.MaxValue);
    }

    [Theory]
    [InlineData(0, """
        {"id":"1","model":"m","choices":[{"finish_reason":"stop","message":{"content":[{"type":"thinking","thinking":[{"text":"t"}]},{"type":"text",
        "text":"x"}],"reasoning_content":"r","reasoning_details":[{"type":"reasoning.encrypted","data":"d","format":"openai-responses-v1"}],"refusal":"r",
        "tool_calls":[{"id":"1","function":{"name":"f","arguments":"{}"},"extra_content":{"google":{"thought_signature":"s"}}}]},
        "delta":{"content":[{"type":"thinking","thinking":[{"text":"t"}]}],"reasoning":"r","refusal":"r","reasoning_details":[{"type":
        "reasoning.text","text":"t","signature":"s","format":"anthropic-claude-v1"}],
        "tool_calls":[{"index":0,"id":"1","custom":{"name":"f","input":"i"}}]}}],"usage":{"prompt_tokens":1,"completion_tokens":2},"x_groq":{"usage":{}}}
        """)]
    [InlineData(1, """
        {"type":"response.output_item.done","output_index":0,"content_index":0,"delta":"d","item":{"type":"message","id":"1","content":[{"type":
        "output_text","text":"x"},{"type":"refusal","refusal":"r"}]},"response":{"id":"r","model":"m","status":"incomplete","incomplete_details":
        {"reason":"content_filter"},"usage":{"input_tokens":1}},"id":"r","status":"completed","output":[{"type":"reasoning","summary":[{"text":"t"}],
        "encrypted_content":"e"},{"type":"function_call","call_id":"c","name":"f","arguments":"{}"},{"type":"message","content":[{"type":
        "output_text","text":"x"}]}],"usage":{"input_tokens":1,"output_tokens":2}}
        """)]
    public void Answer_AnyValueOdd_IsReadOrNot(int format, string json)
    {
        var (front, vendor) = Formats[format];
        foreach (var body in Variants(json))
        {
            if (vendor.ReadAnswer(body) is { } answer)
            {
                foreach (var (other, _) in Formats)
                {
                    OpenAiWire.WriteAnswer(other, answer);
                }
            }

            var events = OpenAiWire.ReadStream(vendor, [body.GetRawText(), body.GetRawText()]);
            if (events is [AnswerStarted, ..])
            {
                OpenAiWire.Fold(events);
            }

            OpenAiWire.WriteStream(front, events);
        }
    }

    private static void Write(IVendorFormat vendor, ChatRequest request)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var warnings = new Warnings();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            if (vendor.WriteRequest(request, "gpt-5", null, writer, warnings) is { } error)
            {
                Assert.Equal(400, error.Status);
                return;
            }
        }

        using var document = JsonDocument.Parse(buffer.WrittenMemory);
        Assert.All(warnings.Dropped, name => Assert.True(Ascii.IsValid(name)));
    }

    private static IEnumerable<JsonElement> Variants(string json)
    {
        var paths = new List<string[]>();
        Collect(JsonNode.Parse(json)!, [], paths);
        foreach (var path in paths)
        {
            foreach (var odd in Odd)
            {
                // The odd value is set as text, as half a surrogate pair has no other form.
                var root = JsonNode.Parse(json)!;
                var parent = path[..^1].Aggregate(root, (node, step) => node is JsonArray list ? list[int.Parse(step, CultureInfo.InvariantCulture)]! : node[step]!);
                if (parent is JsonArray array)
                {
                    array[int.Parse(path[^1], CultureInfo.InvariantCulture)] = "@odd@";
                }
                else
                {
                    parent[path[^1]] = "@odd@";
                }

                yield return OpenAiWire.Parse(root.ToJsonString().Replace("\"@odd@\"", odd, StringComparison.Ordinal));
            }
        }
    }

    private static void Collect(JsonNode node, string[] path, List<string[]> paths)
    {
        var children = node switch
        {
            JsonObject members => members.Select(member => (member.Key, member.Value)),
            JsonArray list => list.Select((value, index) => ($"{index}", value)),
            _ => [],
        };
        foreach (var (key, child) in children)
        {
            paths.Add([.. path, key]);
            if (child is not null)
            {
                Collect(child, [.. path, key], paths);
            }
        }
    }
}
