using System.Text;
using AigneHub.Core.Routing;

namespace AigneHub.Gateway.Credit;

/// <summary>
/// Where an API has what decides how much a call may cost. Only what is its own counts: any other member is passed over by readers
/// and vendors, and would be a limit for nobody.
/// </summary>
internal sealed class AskedNames
{
    /// <summary>Of all vendors: what they don't have, they refuse.</summary>
    private static readonly string[] StandardTiers = ["auto", "default", "standard", "standard_only", "flex", "on_demand"];

    private static readonly AskedMember Tier = new("service_tier", AskedRole.Surcharge) { Standard = StandardTiers };
    private static readonly AskedMember TierInCamelCase = Tier with { Name = "serviceTier" };

    /// <summary>
    /// <see href="https://docs.x.ai/docs/guides/live-search"/>, <see href="https://openrouter.ai/docs/guides/features/plugins"/>,
    /// <see href="https://openrouter.ai/docs/guides/routing/provider-selection"/> (whose providers have prices of their own).
    /// </summary>
    private static readonly AskedMember[] Paid =
        [Unbounded("web_search_options"), Unbounded("search_parameters"), Unbounded("plugins"), Unbounded("provider")];

    private static readonly AskedMember Tools =
        new("tools", AskedRole.Tools) { Within = new(new("type", AskedRole.ToolType), new("max_uses", AskedRole.Uses)) };

    private static readonly AskedNames None = new();

    /// <summary>
    /// <see href="https://developers.openai.com/api/docs/guides/fast-mode"/>; <c>extra_body</c> is where Google's form of it names a
    /// cache (<see href="https://ai.google.dev/gemini-api/docs/openai"/>).
    /// </summary>
    private static readonly AskedNames Chat = new(
        [Limit("max_tokens"), Limit("max_completion_tokens"), Count("n"), Tier, Tools, Kept("extra_body"), .. Paid]);

    private static readonly AskedNames Completions = new(
        [Limit("max_tokens"), Count("n"), Count("best_of"), new("prompt", AskedRole.Prompts), Tier, .. Paid]);

    /// <summary><see href="https://developers.openai.com/api/reference/resources/responses/methods/create"/>.</summary>
    private static readonly AskedNames Responses = new(
        [
            Limit("max_output_tokens"), Kept("conversation"), Kept("prompt"), Tier, Tools, new("max_tool_calls", AskedRole.Uses),
            new("input", AskedRole.Items) { Within = new(new("id", AskedRole.ItemId), new("type", AskedRole.ItemType)) }, .. Paid,
        ]);

    /// <summary>
    /// <see href="https://platform.claude.com/docs/en/build-with-claude/fast-mode"/>,
    /// <see href="https://platform.claude.com/docs/en/build-with-claude/data-residency"/>,
    /// <see href="https://platform.claude.com/docs/en/agents-and-tools/tool-use/server-tools"/>.
    /// </summary>
    private static readonly AskedNames Messages = new(
        Limit("max_tokens"), Tier, new("speed", AskedRole.Surcharge) { Standard = ["standard"] },
        new("inference_geo", AskedRole.Surcharge) { Standard = ["global"] }, Tools, Unbounded("mcp_servers"),
        Unbounded("container"));

    /// <summary>With groups of images: <see href="https://www.volcengine.com/docs/82379/1541523"/>.</summary>
    private static readonly AskedNames Images = new(
        Count("n"), new("sequential_image_generation", AskedRole.Sequence),
        Group("sequential_image_generation_options", new AskedNames(new AskedMember("max_images", AskedRole.SequenceMax))));

    private static readonly AskedNames AigneCompletions = new(
        [
            Limit("max_tokens"), Limit("max_completion_tokens"), Limit("maxTokens", "max_tokens"),
            Limit("maxCompletionTokens", "max_completion_tokens"), Count("n"), Tier, TierInCamelCase, Tools, Kept("extra_body"),
            .. Paid,
        ]);

    private static readonly AskedNames GeminiOptions = new(
        Limit("maxOutputTokens"), Limit("max_output_tokens", "maxOutputTokens"), Count("candidateCount"),
        Count("candidate_count") with { Meaning = "candidateCount" });

    /// <summary><see href="https://ai.google.dev/api/caching#Tool"/>: a tool is told by the name of its member.</summary>
    private static readonly AskedNames GeminiTool = new(
        [
            .. Spelled(AskedRole.ToolOfCaller, "functionDeclarations", "function_declarations"),
            .. Spelled(AskedRole.ToolOfCaller, "computerUse", "computer_use"),
            .. Spelled(AskedRole.ToolOnce, "urlContext", "url_context"),
            .. Spelled(AskedRole.ToolOnce, "codeExecution", "code_execution"),
            .. Spelled(AskedRole.ToolSearch, "googleSearch", "google_search"),
            .. Spelled(AskedRole.ToolSearch, "googleSearchRetrieval", "google_search_retrieval"),
        ])
    { OthersUnbounded = true };

    /// <summary><see href="https://ai.google.dev/gemini-api/docs/priority-inference"/>.</summary>
    private static readonly AskedNames Gemini = new(
        Group("generationConfig", GeminiOptions), Group("generation_config", GeminiOptions) with { Meaning = "generationConfig" },
        Kept("cachedContent"), Kept("cached_content"), Tier, TierInCamelCase, new("tools", AskedRole.Tools) { Within = GeminiTool });

    private static readonly AskedNames AigneChat = new(Group("input", new AskedNames(Group(
        "modelOptions", new AskedNames(Limit("maxTokens"), Limit("max_tokens", "maxTokens"), Tier, TierInCamelCase)))));

    private readonly AskedMember[] _members;

    /// <summary>A bit for each length that a name has: nearly every other name differs by it.</summary>
    private readonly ulong _lengths;

    private AskedNames(params AskedMember[] members)
    {
        _members = members;
        foreach (var member in members)
        {
            _lengths |= 1UL << member.Name.Length;
        }
    }

    /// <summary>Any other member is something that the vendor does, with no known end or price.</summary>
    public bool OthersUnbounded { get; private init; }

    public static AskedNames Of(ModelApi api) => api switch
    {
        ModelApi.OpenAiChat => Chat,
        ModelApi.OpenAiCompletions => Completions,
        ModelApi.OpenAiResponses => Responses,
        ModelApi.AnthropicMessages => Messages,
        ModelApi.GeminiGenerateContent => Gemini,
        ModelApi.AigneChat => AigneChat,
        ModelApi.AigneCompletions => AigneCompletions,
        ModelApi.OpenAiImages or ModelApi.OpenAiImageEdits => Images,
        _ => None,
    };

    /// <summary>Which of the members it is; null for none.</summary>
    /// <param name="name">Without escapes.</param>
    /// <param name="differsByCase">It is that one but for its case: a careless vendor would take it for that.</param>
    public AskedMember? Find(ReadOnlySpan<byte> name, out bool differsByCase)
    {
        differsByCase = false;
        if (name.Length >= 64 || (_lengths & (1UL << name.Length)) == 0)
        {
            return null;
        }

        AskedMember? found = null;
        foreach (var member in _members)
        {
            if (member.Name.Length == name.Length && Ascii.EqualsIgnoreCase(name, member.Name))
            {
                found = member;
                differsByCase = !Ascii.Equals(name, member.Name);
                if (!differsByCase)
                {
                    break;
                }
            }
        }

        return found;
    }

    /// <summary>A bit for each meaning.</summary>
    public ulong BitOf(AskedMember member)
    {
        var index = 0;
        while (_members[index].Meaning != member.Meaning)
        {
            index++;
        }

        return 1UL << index;
    }

    private static AskedMember Limit(string name, string? meaning = null) => new(name, AskedRole.Limit) { Meaning = meaning ?? name };

    private static AskedMember Unbounded(string name) => new(name, AskedRole.Unbounded);

    private static AskedMember[] Spelled(AskedRole role, string name, string inSnakeCase) =>
        [new(name, role), new(inSnakeCase, role) { Meaning = name }];

    private static AskedMember Count(string name) => new(name, AskedRole.Count);

    private static AskedMember Kept(string name) => new(name, AskedRole.Kept);

    private static AskedMember Group(string name, AskedNames within) => new(name, AskedRole.Group) { Within = within };
}
