using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using AigneHub.Translation.Model;

namespace AigneHub.Translation.Anthropic;

/// <summary>An item on its way to the client, and what of it waits.</summary>
internal sealed class StreamedBlock(ItemStarted started)
{
    private const string CustomStart = "{\"input\":\"";
    private bool _hasText;

    public ItemStarted Started => started;
    public StringBuilder Waiting { get; } = new();
    public List<ItemSealed> Seals { get; } = [];

    /// <summary>Blocks to write behind it: type and value.</summary>
    public List<(string Type, string Value)> After { get; } = [];

    public bool HasEnded { get; private set; }

    /// <summary>The block's; null as long as it isn't open.</summary>
    public int? Number { get; set; }

    public bool IsOpen => Number is not null;

    /// <summary>A custom tool's text becomes the one member of an object: the API's input is JSON.</summary>
    public void Add(string text)
    {
        if (started.IsCustom)
        {
            Waiting.Append(_hasText ? "" : CustomStart).Append(JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping));
            _hasText = true;
        }
        else
        {
            Waiting.Append(text);
        }
    }

    public void End()
    {
        if (started.IsCustom && !HasEnded)
        {
            Waiting.Append(_hasText ? "" : CustomStart).Append("\"}");
        }

        HasEnded = true;
    }

    /// <summary>The signatures that belong inside the block; what belongs behind it goes to <see cref="After"/>.</summary>
    public IReadOnlyList<string> TakeSeals()
    {
        if (Seals.Count == 0)
        {
            return [];
        }

        var taken = new List<string>();
        foreach (var seal in Seals)
        {
            var item = new ReasoningItem("")
            {
                Id = started.Id,
                Origin = seal.Origin,
                Signature = seal.Signature,
                Encrypted = seal.Encrypted,
            };
            if (started.Kind == AnswerItemKind.ToolCall && seal.Signature is { } ofCall)
            {
                After.Add(("thinking", MessagesAnswerWriter.CallSignature(started.Id ?? "", ofCall)));
            }
            else if (started.Kind == AnswerItemKind.Reasoning && seal.Redacted is { Length: > 0 } redacted)
            {
                After.Add(("redacted_thinking", SealedReasoning.IsOwn(seal.Origin)
                    ? redacted
                    : new SealedReasoning(seal.Origin, 'r', started.Id, redacted).ToString()));
            }
            else if (started.Kind == AnswerItemKind.Reasoning && SealedReasoning.SignatureOf(item) is { Length: > 0 } signature)
            {
                taken.Add(signature);
            }
        }

        Seals.Clear();
        return taken;
    }
}
