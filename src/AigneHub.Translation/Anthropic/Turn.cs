using AigneHub.Translation.Model;

namespace AigneHub.Translation.Anthropic;

/// <summary>What one side says at a stretch; see <see cref="Turns"/>.</summary>
internal sealed record Turn(bool IsUser, List<ChatItem> Items)
{
    public IEnumerable<ChatItem> ResultsFirst =>
        Items.Where(item => item is ToolResultItem).Concat(Items.Where(item => item is not ToolResultItem));
}
