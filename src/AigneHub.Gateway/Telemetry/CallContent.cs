using System.Text;
using System.Text.Json;
using AigneHub.Core.Routing;
using AigneHub.Translation;
using AigneHub.Translation.Model;

namespace AigneHub.Gateway.Telemetry;

/// <summary>
/// What one call asked and was answered, as the attributes of its span have it: conversations alone, without the bytes of media.
/// </summary>
/// <param name="charsMax">Of the texts of the request, and of those of the answer; what is beyond is cut.</param>
/// <seealso href="https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans/#recording-content-on-attributes"/>
internal sealed class CallContent(int charsMax)
{
    /// <summary>Of what is read for a span: beyond it, reading it again would cost too much.</summary>
    internal const int BytesMax = 1024 * 1024;

    private readonly SortedDictionary<int, (ItemStarted Start, StringBuilder Text)> _streamed = [];
    private IReadOnlyList<ChatItem> _items = [];
    private FinishReason? _finish;
    private int _streamedChars;

    /// <summary>Why the answer ended, in OpenTelemetry's words; null where it did not, or nothing was read.</summary>
    public string? Finish => _finish is { } finish ? NameOf(finish) : null;

    /// <summary>Null where the API has no conversations.</summary>
    public IVendorReader? NewReader(ModelApi api)
    {
        _streamed.Clear();
        _finish = null;
        return ChatApis.ByFidelity.Contains(api) ? ChatFormats.Vendor(api, null).NewStream() : null;
    }

    public void Answer(ReadOnlyMemory<byte> answer, ModelApi api)
    {
        if (answer.Length <= BytesMax && ChatApis.ByFidelity.Contains(api))
        {
            using var document = JsonDocument.Parse(answer);
            var read = ChatFormats.Vendor(api, null).ReadAnswer(document.RootElement);
            (_items, _finish) = (read?.Items ?? [], read?.Finish);
        }
    }

    public void Answer(List<AnswerEvent> events)
    {
        foreach (var one in events)
        {
            if (one is ItemStarted start)
            {
                _streamed[start.Index] = (start, new StringBuilder());
            }
            else if (one is ItemDelta delta && _streamed.TryGetValue(delta.Index, out var item) && _streamedChars < charsMax)
            {
                item.Text.Append(delta.Text.AsSpan(0, Math.Min(delta.Text.Length, charsMax - _streamedChars)));
                _streamedChars += delta.Text.Length;
            }
            else if (one is AnswerFinished end)
            {
                _finish = end.Finish;
            }
        }
    }

    /// <summary>JSON; null for nothing.</summary>
    public (string? Instructions, string? Messages) OfRequest(ModelApi api, ReadOnlyMemory<byte> body)
    {
        if (body.Length > BytesMax || !ChatApis.Contains(api))
        {
            return default;
        }

        using var document = JsonDocument.Parse(body);
        if (ChatFormats.Front(api).ReadRequest(document.RootElement).Request is not { } request)
        {
            return default;
        }

        var left = charsMax;
        var system = request.Items.OfType<MessageItem>().Where(item => item.Role == ChatRole.System).ToArray();
        return (
            system.Length == 0 ? null : Json(json =>
            {
                foreach (var part in system.SelectMany(item => item.Parts))
                {
                    Write(json, part, ref left);
                }
            }),
            Messages(request.Items.Where(item => item is not MessageItem { Role: ChatRole.System }), left));
    }

    /// <summary>JSON: one message, which ended by an <c>error</c> where it has no end; null when nothing was answered.</summary>
    public string? OfAnswer()
    {
        var items = _streamed.Count == 0 ? _items : [.. _streamed.Values.Select(item => ItemOf(item.Start, item.Text.ToString()))];
        if (items.Count == 0)
        {
            return null;
        }

        var left = charsMax;
        return Json(json =>
        {
            json.WriteStartObject();
            json.WriteString("role"u8, "assistant");
            json.WriteStartArray("parts"u8);
            foreach (var item in items)
            {
                Write(json, item, ref left);
            }

            json.WriteEndArray();
            json.WriteString("finish_reason"u8, Finish ?? "error");
            json.WriteEndObject();
        });
    }

    private static string NameOf(FinishReason finish) => finish switch
    {
        FinishReason.Stop or FinishReason.StopSequence => "stop",
        FinishReason.Length => "length",
        FinishReason.ToolCalls => "tool_call",
        FinishReason.ContentFilter or FinishReason.Refusal => "content_filter",
        FinishReason.Pause => "pause",
        _ => "error",
    };

    private static ChatItem ItemOf(ItemStarted start, string text) => start.Kind switch
    {
        AnswerItemKind.ToolCall => new ToolCallItem(start.Id ?? "", start.Name ?? "", text),
        AnswerItemKind.Reasoning => new ReasoningItem(text),
        AnswerItemKind.Media => new MessageItem(ChatRole.Assistant, [start.Media!]),
        _ => new MessageItem(ChatRole.Assistant, [new TextPart(text)]),
    };

    private static string Messages(IEnumerable<ChatItem> items, int left) => Json(json =>
    {
        foreach (var item in items)
        {
            json.WriteStartObject();
            json.WriteString("role"u8, RoleOf(item));
            json.WriteStartArray("parts"u8);
            Write(json, item, ref left);
            json.WriteEndArray();
            json.WriteEndObject();
        }
    });

    private static string RoleOf(ChatItem item) => item switch
    {
        MessageItem { Role: ChatRole.User } => "user",
        ToolResultItem => "tool",
        _ => "assistant",
    };

    private static void Write(Utf8JsonWriter json, ChatItem item, ref int left)
    {
        switch (item)
        {
            case MessageItem message:
                foreach (var part in message.Parts)
                {
                    Write(json, part, ref left);
                }

                break;
            case ToolCallItem call:
                json.WriteStartObject();
                json.WriteString("type"u8, "tool_call");
                json.WriteString("id"u8, call.CallId);
                json.WriteString("name"u8, call.Name);
                json.WriteString("arguments"u8, Cut(call.Arguments, ref left));
                json.WriteEndObject();
                break;
            case ToolResultItem result:
                json.WriteStartObject();
                json.WriteString("type"u8, "tool_call_response");
                json.WriteString("id"u8, result.CallId);
                json.WriteString("response"u8, Cut(string.Concat(result.Parts.OfType<TextPart>().Select(part => part.Text)), ref left));
                json.WriteEndObject();
                break;
            case ReasoningItem reasoning:
                Write(json, "reasoning", reasoning.Text, ref left);
                break;
        }
    }

    private static void Write(Utf8JsonWriter json, ChatPart part, ref int left)
    {
        switch (part)
        {
            case TextPart text:
                Write(json, "text", text.Text, ref left);
                break;
            case RefusalPart refusal:
                Write(json, "text", refusal.Text, ref left);
                break;
            case MediaPart media:
                Write(json, media.Kind.ToString().ToLowerInvariant(), media.MediaType ?? "", ref left);
                break;
        }
    }

    private static void Write(Utf8JsonWriter json, string type, string content, ref int left)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, type);
        json.WriteString("content"u8, Cut(content, ref left));
        json.WriteEndObject();
    }

    private static string Cut(string text, ref int left)
    {
        var kept = text.Length <= left ? text : text[..left];
        left -= kept.Length;
        return kept;
    }

    private static string Json(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            write(json);
            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }
}
