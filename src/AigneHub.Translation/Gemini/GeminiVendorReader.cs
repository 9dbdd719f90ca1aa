using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AigneHub.Core.Routing;
using AigneHub.Providers;
using AigneHub.Providers.Gemini;
using AigneHub.Translation.Model;
using AigneHub.Translation.Reading;

namespace AigneHub.Translation.Gemini;

/// <summary>
/// Reads streams of generateContent; a whole answer is a stream of one event
/// (<see href="https://ai.google.dev/api/generate-content#v1beta.GenerateContentResponse"/>). Of several candidates the first
/// is read.
/// </summary>
internal sealed class GeminiVendorReader : IVendorReader
{
    /// <summary>Characters of the answer's id in the id of a call: ids of calls stay below OpenAI's 40.</summary>
    private const int AnswerIdCharsMax = 24;

    private readonly VendorJson _json = new();
    private GeminiUsage _usage;
    private TokenUsage? _reported;
    private string? _answerId;
    private string? _finish;
    private int _items;
    private bool _started;
    private bool _blocked;
    private bool _called;
    private AnswerItemKind? _open;

    public void Read(ReadOnlySpan<byte> data, List<AnswerEvent> events)
    {
        using var document = _json.TryParse(data);
        if (document is not null)
        {
            Read(document.RootElement, events);
        }
    }

    /// <returns>False when it is no answer.</returns>
    /// <exception cref="InvalidOperationException">A string holds half a surrogate pair.</exception>
    public bool Read(JsonElement document, List<AnswerEvent> events)
    {
        if (document.ValueKind != JsonValueKind.Object || GeminiJson.TryGet(document, "error", out _))
        {
            return false;
        }

        if (!_started)
        {
            _started = true;
            _answerId = GeminiJson.Text(document, "responseId");
            events.Add(new AnswerStarted(_answerId, GeminiJson.Text(document, "modelVersion")));
        }

        _blocked |= GeminiJson.TryGet(document, "promptFeedback", out var feedback)
            && GeminiJson.Text(feedback, "blockReason") is not null;
        var hasCandidate = TryFirst(document, out var candidate);
        if (hasCandidate)
        {
            ReadCandidate(candidate, events);
        }

        if (GeminiJson.TryGet(document, "usageMetadata", out var usage))
        {
            _usage.Read(JsonMarshal.GetRawUtf8Value(usage));
            if (_usage.Usage is { } counts && counts != _reported)
            {
                _reported = counts;
                events.Add(new UsageReported(counts));
            }
        }

        return hasCandidate || _blocked;
    }

    /// <summary>Some models send a finish reason with every event, so the last one is known at the end alone.</summary>
    public void Complete(List<AnswerEvent> events)
    {
        Close(events);
        events.Add(new AnswerFinished(_blocked ? FinishReason.ContentFilter : GeminiFinish.Read(_finish, _called)));
    }

    private static bool TryFirst(JsonElement document, out JsonElement first)
    {
        first = default;
        if (!GeminiJson.TryGet(document, "candidates", out var candidates) || candidates.ValueKind != JsonValueKind.Array)
        {
            return false;
        }

        foreach (var candidate in candidates.EnumerateArray())
        {
            if (candidate.ValueKind == JsonValueKind.Object
                && (!GeminiJson.TryGet(candidate, "index", out var index)
                    || (index.ValueKind == JsonValueKind.Number && index.TryGetInt32(out var number) && number == 0)))
            {
                first = candidate;
                return true;
            }
        }

        return false;
    }

    private void ReadCandidate(JsonElement candidate, List<AnswerEvent> events)
    {
        _finish = GeminiJson.Text(candidate, "finishReason") ?? _finish;
        if (!GeminiJson.TryGet(candidate, "content", out var content)
            || !GeminiJson.TryGet(content, "parts", out var parts) || parts.ValueKind != JsonValueKind.Array)
        {
            return;
        }

        foreach (var part in parts.EnumerateArray())
        {
            var signature = GeminiJson.Text(part, "thoughtSignature");
            if (GeminiJson.TryGet(part, "functionCall", out var call))
            {
                ReadCall(call, signature, events);
            }
            else if (GeminiJson.Text(part, "text") is { } text)
            {
                ReadText(text, GeminiJson.IsTrue(part, "thought"), signature, events);
            }
            else if (GeminiMedia.Read(part) is { } media && !GeminiJson.IsTrue(part, "thought"))
            {
                // Drafts among the thoughts (https://ai.google.dev/gemini-api/docs/image-generation#thinking-process) are no answer.
                Close(events);
                events.Add(new ItemStarted(_items, AnswerItemKind.Media) { Media = media with { Signature = signature } });
                events.Add(new ItemEnded(_items++));
            }
        }
    }

    private void ReadText(string text, bool isThought, string? signature, List<AnswerEvent> events)
    {
        var kind = isThought ? AnswerItemKind.Reasoning : AnswerItemKind.Text;
        if (text.Length > 0)
        {
            Open(kind, events);
            events.Add(new ItemDelta(_items - 1, text));
        }

        if (signature is not null)
        {
            // An empty text at the end bears the signature of the text before it, or of thoughts that are not shown.
            if (text.Length == 0 && _open is null)
            {
                Open(AnswerItemKind.Reasoning, events);
            }

            events.Add(new ItemSealed(_items - 1, ModelApi.GeminiGenerateContent, signature));
            Close(events);
        }
    }

    private void ReadCall(JsonElement call, string? signature, List<AnswerEvent> events)
    {
        Close(events);
        var arguments = GeminiJson.TryGet(call, "args", out var args) ? args.GetRawText() : "{}";
        var name = GeminiJson.Text(call, "name") ?? "";
        var index = _items++;
        _called = true;
        events.Add(new ItemStarted(
            index, AnswerItemKind.ToolCall, GeminiJson.Text(call, "id") ?? CallId(index, name, arguments), name));
        events.Add(new ItemDelta(index, arguments));
        if (signature is not null)
        {
            events.Add(new ItemSealed(index, ModelApi.GeminiGenerateContent, signature));
        }

        events.Add(new ItemEnded(index));
    }

    /// <summary>
    /// Gemini gives calls ids only lately. Made of the answer's id, they differ between the answers of a conversation.
    /// </summary>
    private string CallId(int index, string name, string arguments)
    {
        var answer = new string([.. (_answerId ?? "").Where(IsInId).Take(AnswerIdCharsMax)]);
        if (answer.Length == 0)
        {
            answer = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name + arguments)))[..AnswerIdCharsMax];
        }

        return $"call_{answer}_{index}";
    }

    private static bool IsInId(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-';

    private void Open(AnswerItemKind kind, List<AnswerEvent> events)
    {
        if (_open != kind)
        {
            Close(events);
            _open = kind;
            events.Add(new ItemStarted(_items++, kind));
        }
    }

    private void Close(List<AnswerEvent> events)
    {
        if (_open is not null)
        {
            _open = null;
            events.Add(new ItemEnded(_items - 1));
        }
    }
}
