using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AigneHub.Providers;
using AigneHub.Translation;
using AigneHub.Translation.Anthropic;
using AigneHub.Translation.Bedrock;
using AigneHub.Translation.Cohere;
using AigneHub.Translation.Gemini;
using AigneHub.Translation.Model;
using AigneHub.Translation.OpenAi;

namespace AigneHub.Unit.Tests.Translation;

/// <summary>
/// Every value of a document in turn is one of another type, every name half a surrogate pair: nothing throws, whichever format it is
/// then written in, and what is written is JSON.
/// </summary>
public sealed class HostileDocumentTests
{
    private static readonly string[] Odd = ["null", "7", "-1.5e300", "true", "\"x\"", "\"\"", "[]", "{}", "[7]", "[[]]", "[{}]", "\"\\ud83d\""];

    private static readonly IFrontFormat[] Fronts =
        [OpenAiChatFormat.Instance, OpenAiResponsesFormat.Instance, AnthropicMessagesFormat.Instance, GeminiFormat.Instance];

    private static readonly (IVendorFormat Format, string Model)[] Vendors =
    [
        (OpenAiChatFormat.For(ProviderTable.Find("deepseek")), "deepseek-reasoner"), (OpenAiResponsesFormat.Instance, "gpt-5.4"),
        (AnthropicMessagesFormat.Instance, "claude-sonnet-4-5"), (GeminiFormat.Instance, "gemini-3-pro"),
        (BedrockConverseFormat.Instance, "claude-3-7-sonnet"), (CohereChatFormat.Instance, "command-a-reasoning"),
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
    [InlineData(2, """
        {"max_tokens":5000,"system":[{"type":"text","text":"s","cache_control":{"type":"ephemeral","ttl":"1h"}}],"messages":[{"role":"user","content":[
        {"type":"text","text":"x"},{"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBORw0KGgo="}},
        {"type":"document","title":"a.pdf","context":"c","source":{"type":"base64","media_type":"application/pdf","data":"JVBERi0="}},
        {"type":"search_result","title":"t","source":"s","content":[{"type":"text","text":"x"}]}]},
        {"role":"assistant","content":[{"type":"thinking","thinking":"t","signature":"EqQB"},{"type":"redacted_thinking","data":"Em4"},
        {"type":"thinking","thinking":"","signature":"hub:GeminiGenerateContent:c:1:sig"},{"type":"thinking","thinking":"","signature":"hub:OpenAiResponses:e:rs_1:gA"},
        {"type":"tool_use","id":"1","name":"f","input":{"a":[1,{"b":"c"}]}}]},
        {"role":"user","content":[{"type":"tool_result","tool_use_id":"1","is_error":true,"content":[{"type":"text","text":"x"}]}]}],
        "tools":[{"name":"f","description":"d","input_schema":{"type":"object","properties":{"a":{"type":"string","enum":["x"]}}},"strict":true}],
        "tool_choice":{"type":"tool","name":"f","disable_parallel_tool_use":true},"thinking":{"type":"enabled","budget_tokens":2000},
        "output_config":{"effort":"max","format":{"type":"json_schema","schema":{"type":"object","properties":{"a":{"type":"string"}}}}},
        "stop_sequences":["a"],"temperature":0.5,"top_p":0.5,"top_k":5,"metadata":{"user_id":"u"},"service_tier":"auto","stream":true}
        """)]
    [InlineData(3, """
        {"systemInstruction":{"parts":[{"text":"s"}]},"contents":[{"role":"user","parts":[{"text":"x"},{"inlineData":{"mimeType":"image/png","data":"AA=="}},
        {"fileData":{"mimeType":"video/mp4","fileUri":"https://example.com/v"}}]},{"role":"model","parts":[{"text":"t","thought":true},
        {"text":"","thoughtSignature":"aHViOnsibyI6Ik9wZW5BaVJlc3BvbnNlcyIsImkiOiJyc18xIiwiZSI6ImdBIn0="},{"text":"y","thoughtSignature":"AgQ"},
        {"functionCall":{"id":"1","name":"f","args":{"a":[1,{"b":"c"}]}},"thoughtSignature":"AgQ"}]},
        {"role":"user","parts":[{"functionResponse":{"id":"1","name":"f","response":{"output":"x"},"parts":[{"inlineData":{"mimeType":"image/png","data":"AA=="}}]}}]}],
        "tools":[{"functionDeclarations":[{"name":"f","description":"d","parameters":{"type":"OBJECT","nullable":true,"properties":{"a":{"type":"STRING",
        "format":"enum","enum":["x"]},"b":{"type":"ARRAY","minItems":"1","items":{"anyOf":[{"type":"INTEGER"}]}}}}}]}],
        "toolConfig":{"functionCallingConfig":{"mode":"ANY","allowedFunctionNames":["f"]}},"generationConfig":{"temperature":1,"topP":0.5,"topK":40.0,
        "candidateCount":1,"seed":1,"stopSequences":["a"],"maxOutputTokens":5,"responseModalities":["TEXT"],
        "thinkingConfig":{"thinkingLevel":"HIGH","includeThoughts":true},"presencePenalty":0.5},"safetySettings":[{"category":"x"}]}
        """)]
    public void Request_AnyValueOdd_IsReadOrRefused(int format, string json)
    {
        var accepted = 0;
        foreach (var body in Variants(json))
        {
            var (request, error) = Fronts[format].ReadRequest(body);
            Assert.True(request is null != error is null);
            if (request is null)
            {
                Assert.Equal(400, error!.Status);
                continue;
            }

            accepted++;
            foreach (var (vendor, model) in Vendors)
            {
                Write(vendor, model, request);
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
    [InlineData(1, """
        {"type":"response.output_item.done","output_index":0,"item":{"type":"image_generation_call","id":"ig_1","result":"iVBORw0KGgo="},
        "output":[{"type":"image_generation_call","id":"ig_1","result":"iVBORw0KGgo=","extra_content":{"google":{"thought_signature":"s"}}}]}
        """)]
    [InlineData(2, """
        {"id":"m","type":"message","model":"m","content":[{"type":"text","text":"x"},{"type":"thinking","thinking":"t","signature":"s"},
        {"type":"redacted_thinking","data":"d"},{"type":"tool_use","id":"1","name":"f","input":{"a":"b"}}],"stop_reason":"refusal",
        "stop_details":{"explanation":"e"},"stop_sequence":"s","usage":{"input_tokens":1,"cache_creation":{"ephemeral_1h_input_tokens":1},"output_tokens":2}}
        """)]
    [InlineData(2, """{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"1","name":"f","input":{"a":"b"}}}""")]
    [InlineData(2, """{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"t","signature":"s"},"delta":{"type":"signature_delta","signature":"s"}}""")]
    [InlineData(2, """{"type":"message_delta","delta":{"stop_reason":"end_turn","stop_details":{"explanation":"e"}},"usage":{"output_tokens":2}}""")]
    [InlineData(3, """
        {"responseId":"r","modelVersion":"m","promptFeedback":{"blockReason":"x"},"candidates":[{"index":0,"finishReason":"STOP","content":{"parts":[
        {"text":"t","thought":true,"thoughtSignature":"s"},{"text":"x"},{"inlineData":{"mimeType":"image/png","data":"AA=="}},
        {"fileData":{"fileUri":"https://example.com"}},{"functionCall":{"id":"1","name":"f","args":{"a":"b"}},"thoughtSignature":"s"}]}}],
        "usageMetadata":{"promptTokenCount":1,"candidatesTokenCount":2,"thoughtsTokenCount":1}}
        """)]
    [InlineData(4, """
        {"output":{"message":{"content":[{"text":"x"},{"reasoningContent":{"reasoningText":{"text":"t","signature":"s"}}},
        {"reasoningContent":{"redactedContent":"d"}},{"toolUse":{"toolUseId":"1","name":"f","input":{"a":"b"}}}]}},"stopReason":"end_turn",
        "additionalModelResponseFields":{"stop_sequence":"s"},"usage":{"inputTokens":1,"outputTokens":2}}
        """)]
    [InlineData(4, """{"contentBlockDelta":{"contentBlockIndex":0,"delta":{"text":"x","reasoningContent":{"text":"t","signature":"s"},"toolUse":{"input":"{}"}}}}""")]
    [InlineData(4, """{"contentBlockStart":{"contentBlockIndex":0,"start":{"toolUse":{"toolUseId":"1","name":"f"}}}}""")]
    [InlineData(5, """
        {"id":"c","type":"content-delta","index":0,"delta":{"message":{"tool_plan":"p","content":{"text":"x","thinking":"t"},"tool_calls":{"id":"1",
        "function":{"name":"f","arguments":"{}"}}},"finish_reason":"COMPLETE"},"message":{"tool_plan":"p","content":[{"type":"text","text":"x"},
        {"type":"thinking","thinking":"t"}],"tool_calls":[{"id":"1","function":{"name":"f","arguments":"{}"}}]},"finish_reason":"COMPLETE",
        "usage":{"billed_units":{"input_tokens":1,"output_tokens":2}}}
        """)]
    public void Answer_AnyValueOdd_IsReadOrNot(int format, string json)
    {
        var vendor = Vendors[format].Format;
        foreach (var body in Variants(json))
        {
            if (vendor.ReadAnswer(body) is { } answer)
            {
                foreach (var front in Fronts)
                {
                    OpenAiWire.WriteAnswer(front, answer);
                }
            }

            var events = OpenAiWire.ReadStream(vendor, [body.GetRawText(), body.GetRawText()]);
            if (events is [AnswerStarted, ..])
            {
                OpenAiWire.Fold(events);
            }

            foreach (var front in Fronts)
            {
                Assert.All(OpenAiWire.WriteStream(front, events).Where(data => data != "[DONE]"), data => OpenAiWire.Parse(data));
            }
        }
    }

    private static void Write(IVendorFormat vendor, string model, ChatRequest request)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var warnings = new Warnings();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            if (vendor.WriteRequest(request, model, null, writer, warnings) is { } error)
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

            if (path[..^1].Aggregate(JsonNode.Parse(json)!, (node, step) => node is JsonArray list ? list[int.Parse(step, CultureInfo.InvariantCulture)]! : node[step]!) is JsonObject)
            {
                yield return OpenAiWire.Parse(json.Replace($"\"{path[^1]}\":", "\"\\ud83d\":", StringComparison.Ordinal));
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
