using AigneHub.Core;
using AigneHub.Translation.Model;

namespace AigneHub.Translation;

/// <summary>Whether calls of tools and their results fit, which vendors demand.</summary>
internal static class CallResults
{
    /// <summary>Null when every call has one result after it, and every result a call before it.</summary>
    public static HubError? Check(IReadOnlyList<ChatItem> items)
    {
        var open = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var item in items)
        {
            if (item is ToolCallItem call)
            {
                open[call.CallId] = open.GetValueOrDefault(call.CallId) + 1;
            }
            else if (item is ToolResultItem result)
            {
                var count = open.GetValueOrDefault(result.CallId);
                if (count == 0)
                {
                    return ForeignMembers.Invalid("messages", "A tool result answers no call before it; send its call too.");
                }

                open[result.CallId] = count - 1;
            }
        }

        return open.Values.Any(count => count > 0)
            ? ForeignMembers.Invalid("messages", "A tool call has no result; send the result of every call after it.")
            : null;
    }
}
