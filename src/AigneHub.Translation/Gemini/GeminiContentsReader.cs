using System.Text;
using System.Text.Json;
using AigneHub.Translation.Model;

namespace AigneHub.Translation.Gemini;

/// <summary>
/// Reads <c>contents</c> (<see href="https://ai.google.dev/api/caching#Content"/>). Calls without ids get them by their place
/// in the conversation, the same in every request that repeats it; results without ids answer the first open call of their
/// name.
/// </summary>
/// <param name="fail">Takes the member at fault and what to do.</param>
internal sealed class GeminiContentsReader(Action<string, string> fail)
{
    private readonly List<ChatItem> _items = [];
    private readonly Dictionary<string, Queue<ToolCallItem>> _openByName = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ToolCallItem> _openById = new(StringComparer.Ordinal);
    private readonly StringBuilder _thought = new();
    private int _calls;

    public List<ChatItem> ReadSystem(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String)
        {
            return [new MessageItem(ChatRole.System, [new TextPart(value.GetString()!)])];
        }

        ReadParts(value, ChatRole.System, "systemInstruction");
        return _items;
    }

    public List<ChatItem> Read(JsonElement contents)
    {
        if (contents.ValueKind != JsonValueKind.Array)
        {
            fail("contents", "`contents` is a list of objects.");
            return _items;
        }

        foreach (var content in contents.EnumerateArray())
        {
            EndThought(signature: null);
            switch (GeminiJson.Text(content, "role"))
            {
                case null or "" or "user" or "function":
                    ReadParts(content, ChatRole.User, "contents");
                    break;
                case "model":
                    ReadParts(content, ChatRole.Assistant, "contents");
                    break;
                default:
                    fail("contents.role", "`role` is user or model.");
                    return _items;
            }
        }

        EndThought(signature: null);
        return _items;
    }

    private void ReadParts(JsonElement content, ChatRole role, string member)
    {
        if (!GeminiJson.TryGet(content, "parts", out var parts))
        {
            if (content.ValueKind != JsonValueKind.Object)
            {
                fail(member, $"`{member}` holds objects with `parts`.");
            }

            return;
        }

        var said = new List<ChatPart>();
        foreach (var part in parts.ValueKind == JsonValueKind.Array ? parts.EnumerateArray().ToList() : [parts])
        {
            if (part.ValueKind != JsonValueKind.Object)
            {
                fail($"{member}.parts", "`parts` is a list of objects.");
                return;
            }

            if (ReadSaid(part, role) is { } chatPart)
            {
                EndThought(signature: null);
                if (role != ChatRole.Assistant || chatPart is not TextPart { Text: "", Signature: null })
                {
                    said.Add(chatPart); // Streams end with an empty text, which comes back with the rest.
                }

                continue;
            }

            Say(role, said);
            ReadItem(part, role, member);
        }

        Say(role, said);
    }

    private void Say(ChatRole role, List<ChatPart> said)
    {
        if (said.Count > 0)
        {
            _items.Add(new MessageItem(role, [.. said]));
            said.Clear();
        }
    }

    /// <summary>Null when it is no text, image or file.</summary>
    private static ChatPart? ReadSaid(JsonElement part, ChatRole role)
    {
        if (role == ChatRole.Assistant && GeminiJson.IsTrue(part, "thought"))
        {
            return null;
        }

        var signature = GeminiJson.Text(part, "thoughtSignature");
        if (GeminiJson.Text(part, "text") is { } text)
        {
            return new TextPart(text) { Signature = signature };
        }

        var media = GeminiMedia.Read(part);
        return media is null ? media : media with { Signature = signature };
    }

    private void ReadItem(JsonElement part, ChatRole role, string member)
    {
        if (role == ChatRole.Assistant && GeminiJson.IsTrue(part, "thought"))
        {
            ReadThought(part);
            return;
        }

        EndThought(signature: null);
        if (role == ChatRole.Assistant && GeminiJson.TryGet(part, "functionCall", out var call))
        {
            ReadCall(call, GeminiJson.Text(part, "thoughtSignature"));
        }
        else if (role == ChatRole.User && GeminiJson.TryGet(part, "functionResponse", out var response))
        {
            ReadResult(response);
        }
        else if (role == ChatRole.Assistant && GeminiJson.Text(part, "thoughtSignature") is { } signature)
        {
            _items.Add(GeminiSeal.Read("", signature));
        }
        else
        {
            fail($"{member}.parts", "A part holds text, inlineData, fileData, functionCall or functionResponse, in its role.");
        }
    }

    /// <summary>A streamed thought comes back in pieces, of which the last one is sealed.</summary>
    private void ReadThought(JsonElement part)
    {
        _thought.Append(GeminiJson.Text(part, "text"));
        if (GeminiJson.Text(part, "thoughtSignature") is { } signature)
        {
            EndThought(signature);
        }
    }

    private void EndThought(string? signature)
    {
        if (_thought.Length > 0 || signature is not null)
        {
            _items.Add(GeminiSeal.Read(_thought.ToString(), signature));
            _thought.Clear();
        }
    }

    private void ReadCall(JsonElement call, string? signature)
    {
        if (GeminiJson.Text(call, "name") is not { Length: > 0 } name)
        {
            fail("contents.parts.functionCall.name", "Every call has the `name` of its function.");
            return;
        }

        var number = _calls++;
        var item = new ToolCallItem(
            GeminiJson.Text(call, "id") is { Length: > 0 } id ? id : $"gemini_call_{number}",
            name,
            GeminiJson.TryGet(call, "args", out var args) ? args.GetRawText() : "{}")
        {
            Signature = signature,
        };
        _openById[item.CallId] = item;
        if (!_openByName.TryGetValue(name, out var queue))
        {
            _openByName[name] = queue = new Queue<ToolCallItem>();
        }

        queue.Enqueue(item);
        _items.Add(item);
    }

    private void ReadResult(JsonElement response)
    {
        if (OpenCall(response) is not { } call)
        {
            fail("contents.parts.functionResponse", "A functionResponse answers no open functionCall of its name before it.");
            return;
        }

        _openById.Remove(call.CallId);
        var (parts, isError) = GeminiMedia.ReadResponse(response);
        _items.Add(new ToolResultItem(call.CallId, parts, isError) { Name = call.Name });
    }

    /// <summary>Calls that were answered by their id stay in the queue of their name, and are passed over there.</summary>
    private ToolCallItem? OpenCall(JsonElement response)
    {
        if (GeminiJson.Text(response, "id") is { Length: > 0 } id && _openById.TryGetValue(id, out var byId))
        {
            return byId;
        }

        var queue = GeminiJson.Text(response, "name") is { } name ? _openByName.GetValueOrDefault(name) : null;
        while (queue is not null && queue.TryDequeue(out var byName))
        {
            if (_openById.TryGetValue(byName.CallId, out var open) && ReferenceEquals(open, byName))
            {
                return byName;
            }
        }

        return null;
    }
}
