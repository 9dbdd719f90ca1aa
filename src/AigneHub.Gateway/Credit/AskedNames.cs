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

    private static readonly AskedNames None = new();

    /// <summary><see href="https://developers.openai.com/api/docs/guides/fast-mode"/>.</summary>
    private static readonly AskedNames Chat = new(Limit("max_tokens"), Limit("max_completion_tokens"), Count("n"), Tier);

    private static readonly AskedNames Completions = new(
        Limit("max_tokens"), Count("n"), Count("best_of"), new("prompt", AskedRole.Prompts), Tier);

    private static readonly AskedNames Responses = new(Limit("max_output_tokens"), Kept("conversation"), Kept("prompt"), Tier);

    /// <summary>
    /// <see href="https://platform.claude.com/docs/en/build-with-claude/fast-mode"/>,
    /// <see href="https://platform.claude.com/docs/en/build-with-claude/data-residency"/>.
    /// </summary>
    private static readonly AskedNames Messages = new(
        Limit("max_tokens"), Tier, new("speed", AskedRole.Surcharge) { Standard = ["standard"] },
        new("inference_geo", AskedRole.Surcharge) { Standard = ["global"] });

    private static readonly AskedNames Images = new(Count("n"));

    private static readonly AskedNames AigneCompletions = new(
        Limit("max_tokens"), Limit("max_completion_tokens"), Limit("maxTokens"), Limit("maxCompletionTokens"), Count("n"), Tier,
        TierInCamelCase);

    private static readonly AskedNames GeminiOptions = new(
        Limit("maxOutputTokens"), Limit("max_output_tokens"), Count("candidateCount"), Count("candidate_count"));

    /// <summary><see href="https://ai.google.dev/gemini-api/docs/priority-inference"/>.</summary>
    private static readonly AskedNames Gemini = new(
        Group("generationConfig", GeminiOptions), Group("generation_config", GeminiOptions), Kept("cachedContent"),
        Kept("cached_content"), Tier, TierInCamelCase);

    private static readonly AskedNames AigneChat = new(Group("input", new AskedNames(Group(
        "modelOptions", new AskedNames(Limit("maxTokens"), Limit("max_tokens"), Tier, TierInCamelCase)))));

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

    private static AskedMember Limit(string name) => new(name, AskedRole.Limit);

    private static AskedMember Count(string name) => new(name, AskedRole.Count);

    private static AskedMember Kept(string name) => new(name, AskedRole.Kept);

    private static AskedMember Group(string name, AskedNames within) => new(name, AskedRole.Group) { Within = within };
}
