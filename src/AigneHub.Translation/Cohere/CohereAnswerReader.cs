using System.Text.Json;
using AigneHub.Translation.Model;

namespace AigneHub.Translation.Cohere;

/// <summary>
/// Reads whole answers (<see href="https://docs.cohere.com/reference/chat#response"/>). <c>tool_plan</c> is what the model
/// thinks before it calls; citations have no place in other APIs and are left out, the text they are of stays.
/// </summary>
internal static class CohereAnswerReader
{
    /// <summary>Null when it is no answer.</summary>
    public static ChatAnswer? Read(JsonElement body) =>
        CohereJson.At(body, "message") is { ValueKind: JsonValueKind.Object } message ? Read(body, message) : null;

    private static ChatAnswer Read(JsonElement body, JsonElement message)
    {
        var items = new List<ChatItem>();
        if (CohereJson.Text(message, "tool_plan") is { Length: > 0 } plan)
        {
            items.Add(new ReasoningItem(plan));
        }

        foreach (var block in List(message, "content"))
        {
            if (CohereJson.Text(block, "thinking") is { Length: > 0 } thoughts)
            {
                items.Add(new ReasoningItem(thoughts));
            }
            else if (CohereJson.Text(block, "text") is { Length: > 0 } text)
            {
                items.Add(new MessageItem(ChatRole.Assistant, [new TextPart(text)]));
            }
        }

        var calls = List(message, "tool_calls").Select(ReadCall).ToList();
        items.AddRange(calls);
        return new ChatAnswer(
            CohereJson.Text(body, "id"),
            Model: null,
            items,
            CohereJson.Finish(CohereJson.Text(body, "finish_reason"), calls.Count > 0),
            CohereJson.Usage(body));
    }

    private static ToolCallItem ReadCall(JsonElement call) => new(
        CohereJson.Text(call, "id") ?? "",
        CohereJson.Text(call, "function", "name") ?? "",
        CohereJson.Text(call, "function", "arguments") ?? "");

    private static List<JsonElement> List(JsonElement message, string name) =>
        CohereJson.At(message, name) is { ValueKind: JsonValueKind.Array } list ? [.. list.EnumerateArray()] : [];
}
