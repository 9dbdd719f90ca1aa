using System.Text;
using System.Text.Json;
using AigneHub.Translation.Cohere;
using AigneHub.Translation.Gemini;
using AigneHub.Translation.Model;

namespace AigneHub.Unit.Tests.Translation;

/// <summary>Requests of Gemini's clients (<see href="https://ai.google.dev/api/generate-content"/>).</summary>
public sealed class GeminiFrontTests
{
    private static readonly GeminiFormat Format = GeminiFormat.Instance;

    [Theory]
    [InlineData(
        """
        {"systemInstruction":{"parts":[{"text":"Be brief."}]},"contents":[{"role":"user","parts":[{"text":"Hello"}]}],
         "toolConfig":{"functionCallingConfig":{"mode":"ANY","allowedFunctionNames":["f"]}},
         "tools":[{"functionDeclarations":[{"name":"f","description":"d","parametersJsonSchema":{"type":"object"}}]}],
         "generationConfig":{"maxOutputTokens":50.0,"stopSequences":["END"],"topK":40,"topP":0.5,
           "responseMimeType":"application/json",
           "responseJsonSchema":{"type":"object"},"thinkingConfig":{"thinkingLevel":"HIGH","includeThoughts":true},
           "candidateCount":1}}
        """)]
    [InlineData(
        """
        {"system_instruction":{"parts":{"text":"Be brief."}},"contents":[{"parts":[{"text":"Hello"}]}],
         "tool_config":{"function_calling_config":{"mode":"ANY","allowed_function_names":["f"]}},
         "tools":[{"function_declarations":[{"name":"f","description":"d","parameters":{"type":"OBJECT"}}]}],
         "generation_config":{"max_output_tokens":50,"stop_sequences":["END"],"top_k":40,"top_p":0.5,
           "response_mime_type":"application/json",
           "response_schema":{"type":"OBJECT"},"thinking_config":{"thinking_level":"high","include_thoughts":true}}}
        """)]
    public void ReadRequest_EitherSpelling_IsTheSame(string json)
    {
        var request = Translating.ReadRequest(Format, json);

        Assert.Equal(["System:Be brief.", "User:Hello"], request.Items.Cast<MessageItem>().Select(message =>
            $"{message.Role}:{Assert.IsType<TextPart>(Assert.Single(message.Parts)).Text}"));
        Assert.Equal((50, 40, 0.5), (request.MaxOutputTokens, request.TopK, request.TopP));
        Assert.Equal(["END"], request.Stop);
        Assert.Equal(new ReasoningRequest("high", null, true), request.Reasoning);
        Assert.Equal((ToolChoiceKind.Named, "f"), (request.ToolChoice?.Kind, request.ToolChoice?.Names.Single()));
        Assert.Equal("""{"type":"object"}""", Assert.Single(request.Tools).Parameters?.GetRawText());
        Assert.Equal("""{"type":"object"}""", request.Format?.Schema?.GetRawText());
        Assert.Empty(request.Others);
    }

    [Fact]
    public void ReadRequest_CallsWithoutIds_AreAnsweredByNameAndOrder()
    {
        var request = Translating.ReadRequest(Format,
            """
            {"contents":[{"role":"user","parts":[{"text":"go"}]},
              {"role":"model","parts":[{"functionCall":{"name":"f","args":{"n":1}},"thoughtSignature":"c2ln"},
                {"functionCall":{"name":"g"}},{"functionCall":{"name":"f","args":{"n":2}}},
                {"functionCall":{"id":"own","name":"f"}}]},
              {"role":"user","parts":[{"functionResponse":{"id":"own","name":"f","response":{"error":"no"}}},
                {"functionResponse":{"name":"f","response":{"output":"one"}}},
                {"functionResponse":{"name":"g","response":{"a":1}}},
                {"functionResponse":{"name":"f","response":{"result":{"b":2}},
                  "parts":[{"inlineData":{"mimeType":"image/png","data":"AA"}}]}}]}]}
            """);

        Assert.Equal(
            ["gemini_call_0 f {\"n\":1} c2ln", "gemini_call_1 g {} ", "gemini_call_2 f {\"n\":2} ", "own f {} "],
            request.Items.OfType<ToolCallItem>().Select(call => $"{call.CallId} {call.Name} {call.Arguments} {call.Signature}"));
        Assert.Equal(
            ["own no True", "gemini_call_0 one False", "gemini_call_1 {\"a\":1} False", "gemini_call_2 {\"b\":2} False"],
            request.Items.OfType<ToolResultItem>().Select(result =>
                $"{result.CallId} {((TextPart)result.Parts[0]).Text} {result.IsError}"));
        Assert.Equal("AA", Assert.IsType<MediaPart>(request.Items.OfType<ToolResultItem>().Last().Parts[1]).Data);
    }

    [Fact]
    public void ReadRequest_Media_IsInlineKeptOrByAddress()
    {
        var request = Translating.ReadRequest(Format,
            """
            {"contents":[{"parts":[{"inline_data":{"mime_type":"image/png","data":"AA"}},
              {"fileData":{"mimeType":"application/pdf","fileUri":"https://example.com/a.pdf"}},
              {"fileData":{"mimeType":"image/png","fileUri":"https://generativelanguage.googleapis.com/v1beta/files/x"}}]}]}
            """);

        var parts = Assert.IsType<MessageItem>(Assert.Single(request.Items)).Parts.Cast<MediaPart>().ToList();
        Assert.Equal([MediaKind.Image, MediaKind.File, MediaKind.Image], parts.Select(part => part.Kind));
        Assert.Equal(
            ["AA", "https://example.com/a.pdf", "https://generativelanguage.googleapis.com/v1beta/files/x"],
            parts.Select(part => part.Data ?? part.Url ?? part.FileId));
    }

    [Fact]
    public void ReadRequest_GoogleSchema_BecomesJsonSchema()
    {
        var request = Translating.ReadRequest(Format,
            """
            {"contents":[{"parts":[{"text":"x"}]}],"generationConfig":{"responseSchema":{"type":"OBJECT","propertyOrdering":["a"],
              "properties":{"type":{"type":"STRING","nullable":true,"format":"enum","enum":["x"]},
                "list":{"type":"ARRAY","minItems":"1",
                  "items":{"anyOf":[{"type":"INTEGER","format":"int32"},{"type":"BOOLEAN"}]}}}}}}
            """);

        var expected = Translating.Json(
            """
            {"type":"object","properties":{"type":{"type":["string","null"],"enum":["x"]},
              "list":{"type":"array","minItems":1,"items":{"anyOf":[{"type":"integer","format":"int32"},{"type":"boolean"}]}}}}
            """);
        Assert.True(JsonElement.DeepEquals(expected, request.Format!.Schema!.Value), request.Format.Schema.Value.GetRawText());
    }

    [Fact]
    public void ReadRequest_WhatOthersDoNotHave_IsLeftToThePolicy()
    {
        var request = Translating.ReadRequest(Format,
            """
            {"contents":[{"parts":[{"text":"x"}]}],"safetySettings":[],"cached_content":"c",
             "generationConfig":{"mediaResolution":"LOW"},
             "tools":[{"googleSearch":{}}]}
            """);

        Assert.Equal(["safetySettings", "cachedContent", "generationConfig.mediaResolution"], request.Others.Keys);
        Assert.NotNull(Assert.Single(request.Tools).Hosted);
    }

    [Theory]
    [InlineData("contents", "{}")]
    [InlineData("contents", """{"contents":7}""")]
    [InlineData("contents", """{"contents":[7]}""")]
    [InlineData("contents.role", """{"contents":[{"role":"system","parts":[{"text":"x"}]}]}""")]
    [InlineData("contents.parts", """{"contents":[{"parts":[7]}]}""")]
    [InlineData("contents.parts", """{"contents":[{"parts":[{"executableCode":{}}]}]}""")]
    [InlineData("contents.parts", """{"contents":[{"parts":[{"text":7}]}]}""")]
    [InlineData("contents.parts.functionResponse", """{"contents":[{"parts":[{"functionResponse":{"name":"f"}}]}]}""")]
    [InlineData("tools", """{"contents":[{"parts":[{"text":"x"}]}],"tools":{}}""")]
    [InlineData(
        "tools.functionDeclarations",
        """{"contents":[{"parts":[{"text":"x"}]}],"tools":[{"functionDeclarations":[{}]}]}""")]
    [InlineData(
        "toolConfig.functionCallingConfig.mode",
        """{"contents":[{"parts":[{"text":"x"}]}],"toolConfig":{"functionCallingConfig":{"mode":"SOME"}}}""")]
    [InlineData("generationConfig", """{"contents":[{"parts":[{"text":"x"}]}],"generationConfig":[]}""")]
    [InlineData(
        "generationConfig.temperature",
        """{"contents":[{"parts":[{"text":"x"}]}],"generationConfig":{"temperature":"hot"}}""")]
    [InlineData(
        "generationConfig.maxOutputTokens",
        """{"contents":[{"parts":[{"text":"x"}]}],"generationConfig":{"maxOutputTokens":1e99}}""")]
    [InlineData(
        "generationConfig.responseModalities",
        """{"contents":[{"parts":[{"text":"x"}]}],"generationConfig":{"responseModalities":["IMAGE"]}}""")]
    [InlineData("contents", """{"contents":[{"parts":[{"text":"\ud800"}]}]}""")]
    [InlineData("contents", """{"contents":[{"parts":[{"te\ud800":"x"}]}]}""")]
    [InlineData("contents", """{"\ud800":1}""")]
    [InlineData(null, "[]")]
    public void ReadRequest_BadInput_IsA400ThatNamesTheMember(string? member, string json)
    {
        var error = Translating.ReadFault(Format, json);

        Assert.Equal((400, member), (error.Status, error.Param));
    }

    /// <summary>Each value replaced by every kind of value: a request or a 400, which vendors write or say why not.</summary>
    [Fact]
    public void ReadRequest_AnyMemberOfAnyKind_NeverThrows()
    {
        const string json =
            """
            {"systemInstruction":{"parts":[{"text":"s"}]},"contents":[{"role":"user","parts":[{"text":"x"},
               {"inlineData":{"mimeType":"image/png","data":"AA"}},
               {"fileData":{"mimeType":"image/png","fileUri":"https://a.b"}}]},
              {"role":"model","parts":[{"text":"t","thought":true,"thoughtSignature":"aHViOnt9"},
                {"functionCall":{"id":"a","name":"f","args":{"n":1}},"thoughtSignature":"c2ln"}]},
              {"role":"user","parts":[{"functionResponse":{"id":"a","name":"f","response":{"output":"one"},
                "parts":[{"inlineData":{"mimeType":"image/png","data":"AA"}}]}}]}],
             "tools":[{"functionDeclarations":[{"name":"f","description":"d","parameters":{"type":"OBJECT","nullable":true,
               "properties":{"a":{"type":"ARRAY","minItems":"1","items":{"anyOf":[{"type":"STRING"}]}}}}}]}],
             "toolConfig":{"functionCallingConfig":{"mode":"ANY","allowedFunctionNames":["f"]}},
             "generationConfig":{"temperature":1,"topK":1,"stopSequences":["x"],"responseMimeType":"application/json",
               "responseSchema":{"type":"OBJECT"},
               "thinkingConfig":{"thinkingBudget":1,"thinkingLevel":"LOW","includeThoughts":true},
               "responseModalities":["TEXT"],"responseLogprobs":true,"logprobs":1,"seed":1,"candidateCount":1}}
            """;
        string[] values =
        [
            "null", "true", "-7.5", "1e400", "\"\"", "\"\\ud800\"", "[]", "[null]", "[[7]]", "{}", "{\"a\\ud800\":1}", "\"x\"",
        ];
        var spans = ValuesOf(json);
        Assert.True(spans.Count > 60);
        foreach (var (start, end) in spans)
        {
            foreach (var value in values)
            {
                var (request, error) = Format.ReadRequest(Translating.Json(json[..start] + value + json[end..]));
                Assert.True(request is null != error is null);
                if (request is not null)
                {
                    var (written, fault) = Translating.TryWriteRequest(Format, request, "gemini-3-flash");
                    Assert.True(fault is not null || Translating.Json(written).ValueKind == JsonValueKind.Object);
                    (written, fault) = Translating.TryWriteRequest(CohereChatFormat.Instance, request, "command-a-03-2025");
                    Assert.True(fault is not null || Translating.Json(written).ValueKind == JsonValueKind.Object);
                }
            }
        }
    }

    /// <summary>Where each value begins and ends.</summary>
    private static List<(int Start, int End)> ValuesOf(string json)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(json));
        var spans = new List<(int, int)>();
        while (reader.Read())
        {
            if (reader.TokenType is not (JsonTokenType.PropertyName or JsonTokenType.EndObject or JsonTokenType.EndArray))
            {
                var whole = reader;
                whole.Skip();
                spans.Add(((int)reader.TokenStartIndex, (int)whole.BytesConsumed));
            }
        }

        return spans;
    }
}
