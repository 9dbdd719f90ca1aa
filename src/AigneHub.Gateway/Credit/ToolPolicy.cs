using AigneHub.Core;
using AigneHub.Core.Pricing;
using AigneHub.Core.Routing;

namespace AigneHub.Gateway.Credit;

/// <summary>Which targets can be held to what the request says of tools that the vendor runs.</summary>
internal static class ToolPolicy
{
    /// <summary>Null when all of the call's targets can.</summary>
    public static HubError? Check(Exchange exchange)
    {
        var tools = exchange.Demand.Tools;
        for (var i = 0; i < exchange.Plan.Targets.Count; i++)
        {
            var target = exchange.Plan.Targets[i];
            if (SearchesUnasked(target)
                || (tools.Searches > 0 && (target.Rates?[UnitKind.Search] is null || SearchesAtWill(target)))
                || (tools.NeedsLimit && !KeepsLimit(exchange.Front.Api, target.Provider.Vendor)))
            {
                return CreditErrors.UnboundedSearch(target.FullName);
            }
        }

        return null;
    }

    /// <summary>
    /// Of OpenAI's chat models for searches each call searches, for a fee by the call
    /// (<see href="https://platform.openai.com/docs/guides/tools-web-search"/>).
    /// </summary>
    private static bool SearchesUnasked(RouteTarget target) =>
        target.Provider.Vendor is "openai" or "azure-openai" && target.Rates is not null && target.Rates[UnitKind.Search] is null
        && target.Rates[UnitKind.Request] is null
        && (target.UpstreamModel.Contains("-search-preview", StringComparison.Ordinal)
            || target.UpstreamModel.Contains("-search-api", StringComparison.Ordinal));

    /// <summary>
    /// Google charges prompts to models up to Gemini 2.5, and each query of later ones, whose number has no limit
    /// (<see href="https://ai.google.dev/gemini-api/docs/google-search"/>).
    /// </summary>
    private static bool SearchesAtWill(RouteTarget target) =>
        target.Provider.Vendor is "google" or "vertex" && target.UpstreamModel.Contains("gemini", StringComparison.Ordinal)
        && !target.UpstreamModel.Contains("gemini-1", StringComparison.Ordinal)
        && !target.UpstreamModel.Contains("gemini-2", StringComparison.Ordinal);

    /// <summary>
    /// Whose <c>max_tool_calls</c> or <c>max_uses</c> is documented:
    /// <see href="https://platform.openai.com/docs/api-reference/responses/create"/>,
    /// <see href="https://platform.claude.com/docs/en/agents-and-tools/tool-use/web-search-tool"/>.
    /// </summary>
    private static bool KeepsLimit(ModelApi api, string vendor) => api == ModelApi.AnthropicMessages
        ? vendor is "anthropic" or "vertex" or "bedrock"
        : vendor is "openai" or "azure-openai";
}
