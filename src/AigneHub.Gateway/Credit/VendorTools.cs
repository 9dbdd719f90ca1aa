using AigneHub.Core;
using AigneHub.Core.Routing;

namespace AigneHub.Gateway.Credit;

/// <summary>
/// What a vendor may do on the model's behalf while it answers: each time the model reads what came of it, with all that it has read
/// before, and some of it costs by the time.
/// </summary>
internal readonly record struct VendorTools
{
    /// <summary>Of a tool with a meaning of the vendor's own (a shell, an editor): what the vendor tells the model of it.</summary>
    private const long TokensOfVendorsOwn = 2_048;

    /// <summary>Of any tools: what the vendor tells the model of their use.</summary>
    private const long TokensOfUse = 512;

    /// <summary>How often tools may be run; a model reads its whole window after each.</summary>
    public long Runs { get; private init; }

    /// <summary>How many searches there may be.</summary>
    public long Searches { get; private init; }

    /// <summary>Some tool's runs are bounded by the request's limit of all together, which is not known yet.</summary>
    public bool Shared { get; private init; }

    public bool SharedSearch { get; private init; }

    /// <summary>The vendor has to keep the request's own limit.</summary>
    public bool NeedsLimit { get; private init; }

    /// <summary>What vendors write of the tools into the prompt.</summary>
    public long PromptTokens { get; private init; }

    /// <summary>By Gemini's names.</summary>
    public VendorTools With(AskedRole role) => role switch
    {
        AskedRole.ToolOnce => this with { Runs = Runs + 1 },
        AskedRole.ToolSearch => this with { Runs = Runs + 1, Searches = Searches + 1 },
        _ => this,
    };

    /// <summary>By the word of <c>type</c>.</summary>
    /// <param name="type">Empty for none.</param>
    /// <param name="uses">How often it may be run; null: the request doesn't say.</param>
    /// <returns>An error for what has no known end or price.</returns>
    public (VendorTools Tools, HubError? Error) With(ModelApi api, ReadOnlySpan<byte> type, long? uses)
    {
        var known = this with { PromptTokens = Math.Max(PromptTokens, TokensOfUse) };
        if (type.IsEmpty || type.SequenceEqual("function"u8) || type.SequenceEqual("custom"u8))
        {
            return (known, null);
        }

        if (api == ModelApi.AnthropicMessages)
        {
            return OfMessages(known, type, uses);
        }

        return api != ModelApi.OpenAiResponses ? (known, CreditErrors.UnboundedTool(type))
            : type.StartsWith("web_search"u8) ? (known with { Shared = true, SharedSearch = true, NeedsLimit = true }, null)
            : type.SequenceEqual("local_shell"u8) || type.SequenceEqual("apply_patch"u8) || type.StartsWith("computer"u8)
                ? (known with { PromptTokens = known.PromptTokens + TokensOfVendorsOwn }, null)
            : (known, CreditErrors.UnboundedTool(type));
    }

    /// <param name="uses">Of all tools together; null: the request doesn't say.</param>
    public (VendorTools Tools, HubError? Error) Limited(long? uses) => !Shared ? (this, null)
        : uses is not { } limit ? (this, CreditErrors.WithoutLimit("max_tool_calls"))
        : (this with { Runs = Runs + limit, Searches = Searches + (SharedSearch ? limit : 0) }, null);

    private static (VendorTools, HubError?) OfMessages(VendorTools known, ReadOnlySpan<byte> type, long? uses)
    {
        if (type.StartsWith("bash_"u8) || type.StartsWith("text_editor_"u8) || type.StartsWith("computer_"u8)
            || type.StartsWith("memory_"u8))
        {
            return (known with { PromptTokens = known.PromptTokens + TokensOfVendorsOwn }, null);
        }

        var searches = type.StartsWith("web_search_"u8);
        return !searches && !type.StartsWith("web_fetch_"u8) ? (known, CreditErrors.UnboundedTool(type))
            : uses is not { } limit ? (known, CreditErrors.WithoutLimit("tools.max_uses"))
            : (
                known with { Runs = known.Runs + limit, Searches = known.Searches + (searches ? limit : 0), NeedsLimit = true },
                null);
    }
}
