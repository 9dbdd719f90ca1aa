using System.Text.Json;
using AigneHub.Core.Routing;
using AigneHub.Providers;
using AigneHub.Translation.Anthropic;
using AigneHub.Translation.Gemini;
using AigneHub.Translation.OpenAi;

namespace AigneHub.Translation;

/// <summary>
/// What the hub has written into answers for clients to send back, and what only the model that it came from understands. A
/// request that goes to a vendor as it is, after another one has answered before, holds it too, and vendors refuse it.
/// </summary>
public static class ForeignSeals
{
    private const int DepthMax = 64;
    private static readonly byte[] StandIn = [.. ",\"thoughtSignature\":\""u8, .. "skip_thought_signature_validator"u8, (byte)'"'];

    /// <summary>The edits that take it out; none, after a look at the bytes alone, for almost every request.</summary>
    /// <param name="api">The API that client and vendor both speak.</param>
    /// <param name="row">The vendor; null for one that was configured by hand.</param>
    /// <param name="model">The vendor's name of the model.</param>
    /// <param name="body">A JSON object.</param>
    public static IReadOnlyList<BodyEdit> Find(ModelApi api, ProviderRow? row, string model, ReadOnlyMemory<byte> body)
    {
        Action<JsonElement, BodyEdits>? edit = api switch
        {
            ModelApi.AnthropicMessages or ModelApi.AnthropicCountTokens => OfMessages(body.Span, ClaudeModel.Of(model).IsClaude),
            ModelApi.OpenAiResponses => OfResponses(body.Span),
            ModelApi.OpenAiChat => OfChat(body.Span, row),
            ModelApi.GeminiGenerateContent or ModelApi.GeminiCountTokens => OfGemini(body.Span, GeminiModel.Of(model)),
            _ => null,
        };
        if (edit is null)
        {
            return [];
        }

        using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = DepthMax });
        var edits = new BodyEdits(body);
        try
        {
            edit(document.RootElement, edits);
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair where a name or a mark is looked for: the vendor's to judge.
            return [];
        }

        return edits.All;
    }

    /// <summary>Claude refuses thoughts without its own signature; vendors that follow its API may not sign theirs.</summary>
    private static Action<JsonElement, BodyEdits>? OfMessages(ReadOnlySpan<byte> body, bool isClaude)
    {
        var mayBeUnsigned = isClaude && (Has(body, "\"signature\":\"\""u8) || Has(body, "\"signature\": \"\""u8));
        return !mayBeUnsigned && !Has(body, "\"hub:"u8) ? null : (root, edits) =>
            edits.CutWithin(root, "messages", "content", block => Text(block, "type") switch
            {
                "thinking" => Text(block, "signature") is { } signature
                    && (SealedReasoning.TryParse(signature) is not null || (isClaude && signature.Length == 0)),
                "redacted_thinking" => Text(block, "data") is { } data && SealedReasoning.TryParse(data) is not null,
                _ => false,
            });
    }

    private static Action<JsonElement, BodyEdits>? OfResponses(ReadOnlySpan<byte> body) =>
        !Has(body, "aignehub1."u8) && !Has(body, "\"rs_hub_"u8) && !Has(body, "\"extra_content\""u8) ? null : (root, edits) =>
        {
            edits.CutElements(root, "input", item => Text(item, "type") == "reasoning"
                && (Text(item, "encrypted_content")?.StartsWith(ReasoningSeal.Mark + '.', StringComparison.Ordinal) == true
                    || Text(item, "id")?.StartsWith(ReasoningSeal.IdMark, StringComparison.Ordinal) == true));
            foreach (var item in BodyEdits.List(root, "input").Where(item => Text(item, "type") != "reasoning"))
            {
                edits.CutMembers(item, "extra_content");
            }
        };

    /// <summary>
    /// OpenAI and Groq refuse members of messages that they don't know, Mistral and Cerebras too; none of them answers with one of
    /// these. <c>reasoning_details</c> are OpenRouter's, which gets all of them; <c>extra_content</c> is Google's.
    /// </summary>
    private static Action<JsonElement, BodyEdits>? OfChat(ReadOnlySpan<byte> body, ProviderRow? row)
    {
        var takesThoughts = row?.Id is not ("openai" or "azure-openai" or "groq" or "mistral" or "cerebras");
        var hasThoughts = !takesThoughts && Has(body, "\"reasoning_content\""u8);
        var hasDetails = row?.Id != "openrouter" && Has(body, "\"reasoning_details\""u8);
        var hasSignatures = row?.Id is not ("google" or "vertex") && Has(body, "\"extra_content\""u8);
        return !hasThoughts && !hasDetails && !hasSignatures ? null : CutOfChat(hasThoughts, hasDetails, hasSignatures);
    }

    private static Action<JsonElement, BodyEdits> CutOfChat(bool hasThoughts, bool hasDetails, bool hasSignatures) =>
        (root, edits) =>
        {
            foreach (var message in BodyEdits.List(root, "messages"))
            {
                List<string> names = hasThoughts ? ["reasoning_content"] : [];
                if (hasDetails && BodyEdits.List(message, "reasoning_details") is { Count: > 0 } details
                    && details.TrueForAll(OpenAiReasoning.IsKnown))
                {
                    names.Add("reasoning_details");
                }

                edits.CutMembers(message, [.. names]);
                if (hasSignatures)
                {
                    foreach (var call in BodyEdits.List(message, "tool_calls"))
                    {
                        edits.CutMembers(call, "extra_content");
                    }
                }
            }
        };

    /// <summary>
    /// Gemini 3 demands a signature on the first call of a step, and has a stand-in for calls that another model has made
    /// (<see href="https://ai.google.dev/gemini-api/docs/thought-signatures#faqs"/>).
    /// </summary>
    private static Action<JsonElement, BodyEdits>? OfGemini(ReadOnlySpan<byte> body, GeminiModel model)
    {
        var isSealed = Has(body, GeminiSeal.Base64Mark);
        var isUnsigned = model.ThinksByLevel && (Has(body, "\"functionCall\""u8) || Has(body, "\"function_call\""u8))
            && !Has(body, "\"thoughtSignature\""u8) && !Has(body, "\"thought_signature\""u8);
        return !isSealed && !isUnsigned ? null : (root, edits) =>
        {
            if (isSealed)
            {
                edits.CutWithin(root, "contents", "parts", IsForeign);
            }

            foreach (var content in model.ThinksByLevel ? BodyEdits.List(root, "contents") : [])
            {
                var parts = BodyEdits.List(content, "parts");
                var isSigned = parts.Exists(part =>
                    GeminiJson.Text(part, "thoughtSignature") is { } signature && !GeminiSeal.IsOwn(signature));
                var call = parts.Find(part =>
                    GeminiJson.TryGet(part, "functionCall", out _) && GeminiJson.Text(part, "thoughtSignature") is null);
                if (!isSigned && call.ValueKind == JsonValueKind.Object)
                {
                    edits.InsertAtEnd(call, StandIn);
                }
            }
        };
    }

    /// <summary>The hub seals thoughts, and empty texts that stand for them.</summary>
    private static bool IsForeign(JsonElement part) =>
        GeminiJson.Text(part, "thoughtSignature") is { } signature && GeminiSeal.IsOwn(signature);

    private static bool Has(ReadOnlySpan<byte> body, ReadOnlySpan<byte> mark) => body.IndexOf(mark) >= 0;

    private static string? Text(JsonElement element, string name) => MessagesJson.Text(element, name);
}
