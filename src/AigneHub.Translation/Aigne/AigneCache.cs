using System.Text.Json;
using AigneHub.Translation.Model;
using AigneHub.Translation.Reading;

namespace AigneHub.Translation.Aigne;

/// <summary>
/// <c>modelOptions.cacheConfig</c> as markers: on by default, behind the tools and the system message, and behind the last message
/// when that is asked for; with the strategy <c>manual</c> where the messages themselves have a <c>cacheControl</c>.
/// </summary>
/// <param name="Automatic">Null: no marker is set here.</param>
internal sealed record AigneCache(bool IsManual, CacheMarker? Automatic, bool Tools, bool System, bool LastMessage)
{
    private const double SecondsOfAnHour = 3600;

    public static AigneCache Of(JsonElement options, RequestFields fields)
    {
        if (!fields.TryObject(options, "cacheConfig", "cacheConfig", out var config))
        {
            return new AigneCache(false, new CacheMarker(null), true, true, false);
        }

        var isEnabled = fields.Flag(config, "enabled") ?? true;
        var isManual = RequestFields.TextOf(config, "strategy") == "manual";
        fields.TryObject(config, "autoBreakpoints", "cacheConfig.autoBreakpoints", out var points);
        return new AigneCache(
            isEnabled && isManual, isEnabled && !isManual ? new CacheMarker(TtlOf(config)) : null,
            fields.Flag(points, "tools") ?? true, fields.Flag(points, "system") ?? true, fields.Flag(points, "lastMessage") ?? false);
    }

    /// <summary>The marker that a message or a part has itself.</summary>
    public CacheMarker? Read(JsonElement parent) =>
        IsManual && RequestFields.Has(parent, "cacheControl", out var control) ? new CacheMarker(TtlOf(control)) : null;

    public IReadOnlyList<ToolDefinition> Mark(IReadOnlyList<ToolDefinition> tools) =>
        Automatic is null || !Tools || tools.Count == 0 ? tools : [.. tools.SkipLast(1), tools[^1] with { Cache = Automatic }];

    public IReadOnlyList<ChatItem> Mark(List<ChatItem> items)
    {
        if (Automatic is null || items.Count == 0)
        {
            return items;
        }

        var system = System ? items.FindLastIndex(item => item is MessageItem { Role: ChatRole.System }) : -1;
        if (system >= 0)
        {
            items[system] = Marked(items[system]);
        }

        if (LastMessage)
        {
            items[^1] = Marked(items[^1]);
        }

        return items;
    }

    private ChatItem Marked(ChatItem item) => item switch
    {
        MessageItem { Parts.Count: > 0 } message =>
            message with { Parts = [.. message.Parts.SkipLast(1), message.Parts[^1] with { Cache = Automatic }] },
        ToolCallItem call => call with { Cache = Automatic },
        ToolResultItem result => result with { Cache = Automatic },
        _ => item,
    };

    /// <summary>The two times that there are: a number of seconds is rounded to one of them.</summary>
    private static string? TtlOf(JsonElement parent) =>
        !RequestFields.Has(parent, "ttl", out var ttl) ? null
        : ttl.ValueKind == JsonValueKind.Number ? ttl.TryGetDouble(out var seconds) && seconds >= SecondsOfAnHour ? "1h" : "5m"
        : ttl.ValueKind == JsonValueKind.String && ttl.GetString() is "1h" ? "1h" : "5m";
}
