using System.Text.Json;
using AigneHub.Core;
using AigneHub.Core.Routing;
using AigneHub.Translation.Model;

namespace AigneHub.Translation.Gemini;

/// <summary>
/// Writes a conversation as <c>contents</c> (<see href="https://ai.google.dev/api/caching#Content"/>): what one role says in a
/// row is one content; the results of parallel calls are one content of their own, in the order of the calls
/// (<see href="https://ai.google.dev/gemini-api/docs/function-calling"/>).
/// </summary>
internal sealed class GeminiContentsWriter(IReadOnlyList<ChatItem> items, GeminiModel model)
{
    /// <summary>
    /// Gemini 3 demands a signature on the first call of each step. For calls that another model has made, this one is to be
    /// sent (<see href="https://ai.google.dev/gemini-api/docs/thought-signatures#faqs"/>).
    /// </summary>
    private const string ForeignSignature = "skip_thought_signature_validator";

    private int _calls;

    private enum Turn
    {
        User,
        Model,
        Results,
    }

    /// <summary>Null when all of it can be written.</summary>
    public HubError? Check()
    {
        var hasContent = false;
        foreach (var item in items)
        {
            hasContent |= TurnOf(item) is not null && IsWritten(item);
            var error = item switch
            {
                MessageItem { Role: ChatRole.System } system when system.Parts.Any(part => part is MediaPart) =>
                    ForeignMembers.Unsupported("messages", "This model takes text alone as instructions; send media as user."),
                MessageItem message => CheckParts(message.Parts),
                ToolResultItem result => CheckParts(result.Parts),
                _ => null,
            };
            if (error is not null)
            {
                return error;
            }
        }

        return CallResults.Check(items)
            ?? (hasContent ? null : ForeignMembers.Invalid("messages", "There is no message of the user; send at least one."));
    }

    public void Write(Utf8JsonWriter output)
    {
        output.WriteStartArray();
        var calls = new Dictionary<string, (int Number, string Name)>(StringComparer.Ordinal);
        for (var start = 0; start < items.Count;)
        {
            if (TurnOf(items[start]) is not { } turn)
            {
                start++;
                continue;
            }

            // Instructions stand apart, wherever they were; they end no turn.
            var end = start;
            var group = new List<ChatItem>();
            for (; end < items.Count && (TurnOf(items[end]) ?? turn) == turn; end++)
            {
                if (TurnOf(items[end]) is not null)
                {
                    group.Add(items[end]);
                }
            }

            WriteContent(turn, group, calls, output);
            start = end;
        }

        output.WriteEndArray();
    }

    private static Turn? TurnOf(ChatItem item) => item switch
    {
        MessageItem { Role: ChatRole.User } => Turn.User,
        MessageItem { Role: ChatRole.Assistant } or ToolCallItem or ReasoningItem => Turn.Model,
        ToolResultItem => Turn.Results,
        _ => null,
    };

    private void WriteContent(
        Turn turn, List<ChatItem> group, Dictionary<string, (int Number, string Name)> calls, Utf8JsonWriter output)
    {
        if (!group.Any(IsWritten))
        {
            return;
        }

        output.WriteStartObject();
        output.WriteString("role", turn == Turn.Model ? "model" : "user");
        output.WriteStartArray("parts");
        if (turn == Turn.Results)
        {
            WriteResults([.. group.OfType<ToolResultItem>()], calls, output);
        }
        else
        {
            foreach (var call in group.OfType<ToolCallItem>())
            {
                calls[call.CallId] = (_calls++, call.Name);
            }

            WriteSaid(group, output);
        }

        output.WriteEndArray();
        output.WriteEndObject();
    }

    /// <summary>Thoughts of other models, and unsigned ones, mean nothing here; empty texts are refused.</summary>
    private static bool IsWritten(ChatItem item) => item switch
    {
        ReasoningItem reasoning => reasoning is { Origin: ModelApi.GeminiGenerateContent, Signature: not null },
        MessageItem message => message.Parts.Any(GeminiPartWriter.IsWritten),
        _ => true,
    };

    private void WriteSaid(List<ChatItem> group, Utf8JsonWriter output)
    {
        var isFirstCall = true;
        foreach (var item in group.Where(IsWritten))
        {
            switch (item)
            {
                case MessageItem message:
                    foreach (var part in message.Parts.Where(GeminiPartWriter.IsWritten))
                    {
                        GeminiPartWriter.Write(part, output);
                    }

                    break;
                case ReasoningItem reasoning:
                    GeminiPartWriter.WriteText(
                        reasoning.Text, isThought: reasoning.Text.Length > 0, reasoning.Signature, output);
                    break;
                case ToolCallItem call:
                    var signature = call.Signature ?? (isFirstCall && model.ThinksByLevel ? ForeignSignature : null);
                    GeminiPartWriter.WriteCall(call, model.ThinksByLevel, signature, output);
                    isFirstCall = false;
                    break;
            }
        }
    }

    private void WriteResults(
        List<ToolResultItem> results, Dictionary<string, (int Number, string Name)> calls, Utf8JsonWriter output)
    {
        // Without ids (before Gemini 3) results belong to calls by their order.
        var ordered = results.OrderBy(result => calls[result.CallId].Number).ToList();
        foreach (var result in ordered)
        {
            GeminiPartWriter.WriteResult(result, calls[result.CallId].Name, model.ThinksByLevel, output);
        }

        foreach (var media in ordered.SelectMany(result => result.Parts).OfType<MediaPart>())
        {
            if (!GeminiPartWriter.IsWithinResult(media, model.ThinksByLevel))
            {
                GeminiPartWriter.Write(media, output);
            }
        }
    }

    private static HubError? CheckParts(IReadOnlyList<ChatPart> parts) =>
        parts.OfType<MediaPart>().Select(GeminiPartWriter.Check).FirstOrDefault(error => error is not null);
}
