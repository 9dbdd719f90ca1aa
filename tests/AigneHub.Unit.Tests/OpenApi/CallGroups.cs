using System.Text.Json.Nodes;

namespace AigneHub.Unit.Tests.OpenApi;

/// <summary>Under which heading a page of the API shows a call: by its path, in the order in which people look for them.</summary>
internal static class CallGroups
{
    private static readonly (string Tag, string Description, string[] Paths)[] All =
    [
        ("OpenAI", "Model calls of OpenAI's clients, and of all that speak its format.", ["/v1/"]),
        ("Azure OpenAI", "The same for Azure OpenAI's clients, with a deployment as the model, or by the paths without a version.", ["/openai/"]),
        ("Anthropic", "Model calls of Anthropic's clients.", ["/v1/messages"]),
        ("Gemini", "Model calls of Google's clients.", ["/v1beta/"]),
        ("Cohere", "Reranking by Cohere's clients.", ["/v1/rerank", "/v2/rerank"]),
        ("AIGNE Hub", "The API of AIGNE Hub, for its clients.",
            ["/api/v1/", "/api/v2/", "/api/ai/", "/api/ai-providers/", "/api/user/", "/api/usage/", "/api/chat/", "/api/embeddings", "/api/images/",
                "/chat/", "/__blocklet__.js"]),
        ("Own account", "What the caller is, has spent and may spend: its keys, ledger, balance, orders.", ["/api/me", "/api/invitations/"]),
        ("Accounts, teams and projects", "Who is charged: budgets, limits, credit, statements.",
            ["/api/admin/accounts", "/api/admin/teams", "/api/admin/projects"]),
        ("Members", "Persons and workloads, their roles, invitations.", ["/api/admin/members", "/api/admin/invitations"]),
        ("Keys", "Keys of all accounts.", ["/api/admin/keys"]),
        ("Providers and models", "Vendors, their credentials, models, aliases; how they do.",
            ["/api/admin/providers", "/api/admin/credentials", "/api/admin/models", "/api/admin/aliases", "/api/admin/health", "/api/admin/secrets"]),
        ("Prices", "What models cost and are sold for.", ["/api/pricing", "/api/admin/rates"]),
        ("Plans and payments", "What is sold, and what was paid.",
            ["/api/admin/packs", "/api/admin/plans", "/api/admin/payments", "/api/payments/"]),
        ("Operation", "Usage of all, what could not be settled, notices, the audit log, the configuration as one document.",
            ["/api/admin/usage", "/api/admin/notices", "/api/admin/audit", "/api/admin/config"]),
        ("This hub", "Its health, measurements and description.", ["/health", "/metrics", "/openapi.json", "/docs"]),
    ];

    /// <summary>The group that has the longest beginning of the path.</summary>
    /// <exception cref="InvalidOperationException">None has.</exception>
    public static string Of(string path) => All
        .SelectMany(group => group.Paths, (group, start) => (group.Tag, Start: start))
        .Where(one => path.StartsWith(one.Start, StringComparison.Ordinal)).OrderByDescending(one => one.Start.Length).First().Tag;

    public static JsonArray Tags() =>
        new([.. All.Select(group => new JsonObject { ["name"] = group.Tag, ["description"] = group.Description })]);
}
