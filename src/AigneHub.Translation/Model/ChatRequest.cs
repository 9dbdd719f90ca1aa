using System.Text.Json;

namespace AigneHub.Translation.Model;

/// <summary>
/// A request for a model's answer as no API in particular has it. Shaped after the items of OpenAI's Responses API, the richest of
/// them. Values stand as the caller wrote them; null or empty: not said.
/// </summary>
public sealed record ChatRequest
{
    /// <summary>Instructions, messages, tool calls and their results, reasoning, in order.</summary>
    public required IReadOnlyList<ChatItem> Items { get; init; }

    public IReadOnlyList<ToolDefinition> Tools { get; init; } = [];
    public ToolChoice? ToolChoice { get; init; }
    public bool? ParallelToolCalls { get; init; }

    /// <summary>Tokens, reasoning included.</summary>
    public int? MaxOutputTokens { get; init; }

    public double? Temperature { get; init; }
    public double? TopP { get; init; }
    public int? TopK { get; init; }
    public IReadOnlyList<string> Stop { get; init; } = [];
    public OutputFormat? Format { get; init; }
    public ReasoningRequest? Reasoning { get; init; }
    public bool Stream { get; init; }

    /// <summary>How many answers.</summary>
    public int Choices { get; init; } = 1;

    public long? Seed { get; init; }
    public double? PresencePenalty { get; init; }
    public double? FrequencyPenalty { get; init; }

    /// <summary>Log probabilities of this many alternatives for each token; 0: of the token alone; null: none.</summary>
    public int? TopLogProbabilities { get; init; }

    public string? User { get; init; }
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();
    public string? ServiceTier { get; init; }
    public string? PromptCacheKey { get; init; }

    /// <summary>Somewhere the caller has said that the prompt may be cached up to there.</summary>
    public bool HasCacheMarkers => Tools.Any(tool => tool.Cache is not null) || Items.Any(item => item switch
    {
        MessageItem message => message.Parts.Any(part => part.Cache is not null),
        ToolCallItem call => call.Cache is not null,
        ToolResultItem result => result.Cache is not null || result.Parts.Any(part => part.Cache is not null),
        _ => false,
    });

    /// <summary>Top-level members that this model doesn't have, by their name in the caller's API: the policy decides on each.</summary>
    public IReadOnlyDictionary<string, JsonElement> Others { get; init; } = new Dictionary<string, JsonElement>();
}

/// <summary>What the answer's text must be.</summary>
/// <param name="Schema">A JSON Schema; null: any JSON object.</param>
public sealed record OutputFormat(string? Name, JsonElement? Schema, bool? Strict, string? Description = null);

/// <summary>How much the model may think before it answers, by a word or by a number.</summary>
/// <param name="Effort"><c>none</c>, <c>minimal</c>, <c>low</c>, <c>medium</c>, <c>high</c>, <c>xhigh</c>,
/// <c>max</c>; null: not said.</param>
/// <param name="BudgetTokens">Tokens; 0: none; -1: as many as the model likes; null: not said.</param>
/// <param name="Summary">Whether the caller wants to read the thoughts; null: not said.</param>
public sealed record ReasoningRequest(string? Effort, int? BudgetTokens, bool? Summary);

public enum ToolChoiceKind
{
    Auto,
    None,
    Required,

    /// <summary>One of <see cref="ToolChoice.Names"/> must be called.</summary>
    Named,
}

/// <param name="Names">One for <see cref="ToolChoiceKind.Named"/>; with the others the only ones allowed, empty: all.</param>
public sealed record ToolChoice(ToolChoiceKind Kind, IReadOnlyList<string> Names);

/// <summary>A function that the model may call.</summary>
/// <param name="Parameters">A JSON Schema; null: none.</param>
/// <param name="Hosted">Set for a tool that the vendor itself runs: its definition as the caller's API has it.</param>
public sealed record ToolDefinition(
    string Name, string? Description, JsonElement? Parameters, bool? Strict = null, CacheMarker? Cache = null, JsonElement? Hosted = null);

/// <summary>The prompt up to here may be cached.</summary>
/// <param name="Ttl"><c>5m</c> or <c>1h</c>; null: the vendor's default.</param>
public sealed record CacheMarker(string? Ttl);
