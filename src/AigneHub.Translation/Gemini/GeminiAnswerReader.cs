using System.Text;
using System.Text.Json;
using AigneHub.Providers;
using AigneHub.Translation.Model;

namespace AigneHub.Translation.Gemini;

/// <summary>Reads whole answers of generateContent, by the same rules as streamed ones.</summary>
internal static class GeminiAnswerReader
{
    public static ChatAnswer? Read(JsonElement body)
    {
        var events = new List<AnswerEvent>();
        var reader = new GeminiVendorReader();
        if (!reader.Read(body, events))
        {
            return null;
        }

        reader.Complete(events);
        return Collect(events);
    }

    private static ChatAnswer Collect(List<AnswerEvent> events)
    {
        var items = new List<ChatItem>();
        var text = new StringBuilder();
        AnswerStarted? answer = null;
        ItemStarted? item = null;
        string? signature = null;
        TokenUsage? usage = null;
        var finish = FinishReason.Stop;
        foreach (var step in events)
        {
            switch (step)
            {
                case AnswerStarted started:
                    answer = started;
                    break;
                case ItemStarted started:
                    item = started;
                    signature = null;
                    text.Clear();
                    break;
                case ItemDelta delta:
                    text.Append(delta.Text);
                    break;
                case ItemSealed seal:
                    signature = seal.Signature;
                    break;
                case ItemEnded when item is not null:
                    items.Add(Build(item, text.ToString(), signature));
                    break;
                case UsageReported reported:
                    usage = reported.Usage;
                    break;
                case AnswerFinished finished:
                    finish = finished.Finish;
                    break;
            }
        }

        return new ChatAnswer(answer?.Id, answer?.Model, items, finish, usage);
    }

    private static ChatItem Build(ItemStarted item, string text, string? signature) => item.Kind switch
    {
        AnswerItemKind.ToolCall => new ToolCallItem(item.Id ?? "", item.Name ?? "", text) { Signature = signature },
        AnswerItemKind.Reasoning => new ReasoningItem(text)
        {
            Origin = signature is null ? null : Core.Routing.ModelApi.GeminiGenerateContent,
            Signature = signature,
        },
        AnswerItemKind.Media => new MessageItem(ChatRole.Assistant, [item.Media!]),
        _ => new MessageItem(ChatRole.Assistant, [new TextPart(text) { Signature = signature }]),
    };
}
