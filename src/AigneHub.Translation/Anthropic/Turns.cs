using AigneHub.Core.Routing;
using AigneHub.Translation.Model;

namespace AigneHub.Translation.Anthropic;

/// <summary>
/// A conversation as turns of user and assistant that alternate, which Anthropic and Bedrock demand: neighbours of one role are
/// one turn, and within a user's turn all results of tools come first.
/// </summary>
/// <param name="System">The instructions before the first turn.</param>
/// <param name="List">A system message in a turn stands there as the user's.</param>
internal sealed record Turns(IReadOnlyList<MessageItem> System, IReadOnlyList<Turn> List)
{
    public static Turns Of(IReadOnlyList<ChatItem> items, Warnings warnings)
    {
        var system = items.TakeWhile(item => item is MessageItem { Role: ChatRole.System }).Cast<MessageItem>().ToList();
        var turns = new List<Turn>();
        foreach (var item in items.Skip(system.Count))
        {
            if (item is ReasoningItem reasoning && !IsPassable(reasoning))
            {
                continue;
            }

            if (item is MessageItem { Name: not null })
            {
                warnings.Drop("name");
            }

            if (item is MessageItem { Role: ChatRole.System })
            {
                warnings.Drop("system message (within the conversation it is sent as the user's)");
            }

            var isUser = item is ToolResultItem or MessageItem { Role: not ChatRole.Assistant };
            if (turns.Count == 0 || turns[^1].IsUser != isUser)
            {
                turns.Add(new Turn(isUser, []));
            }

            turns[^1].Items.Add(item);
        }

        if (turns.Count == 0 && system.Count > 0)
        {
            // Other APIs take a conversation of nothing but instructions.
            warnings.Drop("system message (there is no other, so it is sent as the user's)");
            turns.Add(new Turn(true, [.. system]));
            system.Clear();
        }

        return new Turns(system, turns);
    }

    /// <summary>
    /// Whether thoughts are signed (or sealed) by Claude; all of its vendors take each other's signatures
    /// (<see href="https://platform.claude.com/docs/en/build-with-claude/extended-thinking"/>), and nobody else's.
    /// </summary>
    public static bool IsPassable(ReasoningItem item) =>
        item.Origin is ModelApi.AnthropicMessages or ModelApi.BedrockConverse
        && (item.Signature is { Length: > 0 } || item.Redacted is { Length: > 0 });

    /// <summary>
    /// Whether thinking may be switched on: with a budget the API refuses a last assistant's turn that calls tools and doesn't
    /// begin with its thoughts.
    /// </summary>
    public static bool MayThink(IReadOnlyList<ChatItem> items)
    {
        var last = items.Count - 1;
        while (last >= 0 && items[last] is ToolResultItem or MessageItem { Role: not ChatRole.Assistant })
        {
            if (items[last] is MessageItem { Role: ChatRole.User })
            {
                return true; // A new turn of the user: what was thought before doesn't matter.
            }

            last--;
        }

        var hasCalls = false;
        var first = (ChatItem?)null;
        for (; last >= 0 && items[last] is ToolCallItem or ReasoningItem or MessageItem { Role: ChatRole.Assistant }; last--)
        {
            hasCalls |= items[last] is ToolCallItem;
            first = items[last];
        }

        return !hasCalls || (first is ReasoningItem reasoning && IsPassable(reasoning));
    }
}
