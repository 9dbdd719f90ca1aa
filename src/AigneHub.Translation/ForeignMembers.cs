using AigneHub.Core;
using AigneHub.Translation.Model;

namespace AigneHub.Translation;

/// <summary>
/// The policy for what a vendor's API has no member for: refused where the answer would mean something else without it, else
/// dropped with a warning.
/// </summary>
internal static class ForeignMembers
{
    /// <summary>What decides what is answered, or to what.</summary>
    private static readonly HashSet<string> Refused = new(StringComparer.Ordinal)
    {
        "audio", "background", "cachedContent", "container", "context_management", "conversation", "documents", "function_call",
        "functions", "mcp_servers", "modalities", "previous_response_id", "prompt", "web_search_options",
    };

    /// <summary>Null when the rest may go on.</summary>
    public static HubError? Check(ChatRequest request, Warnings warnings)
    {
        foreach (var name in request.Others.Keys)
        {
            if (Refused.Contains(name))
            {
                return Unsupported(name, $"This model's API has nothing like `{name}`; leave it out.");
            }

            warnings.DropMember(name);
        }

        warnings.DropIf(request.User is not null, "user");
        warnings.DropIf(request.Metadata.Count > 0, "metadata");
        warnings.DropIf(request.ServiceTier is not null, "service_tier");
        warnings.DropIf(request.PromptCacheKey is not null, "prompt_cache_key");
        warnings.DropIf(request.HasCacheMarkers, "cache_control");
        warnings.DropIf(request.Items.Any(item => item is MessageItem { Name: not null }), "name");
        return request.Choices > 1
            ? Unsupported("n", "This model gives one answer a call; leave `n` out, or send as many calls.")
            : request.Tools.Any(tool => tool.Hosted is not null)
                ? Unsupported("tools", "Tools that a vendor runs can't be translated for this model; send functions.")
                : null;
    }

    public static HubError Unsupported(string member, string message) =>
        new(400, "unsupported_parameter", Blame.Caller, message, member);

    public static HubError Invalid(string member, string message) => new(400, "invalid_request", Blame.Caller, message, member);
}
