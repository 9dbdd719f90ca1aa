using System.Web;

namespace AigneHub.Testing;

/// <summary>A request as it came to <see cref="FakeStripe"/>.</summary>
/// <param name="Path">Without the query.</param>
internal sealed record StripeCall(
    string Method, string Path, string Query, string? Authorization, string? Version, string? IdempotencyKey, string? ContentType, string Body)
{
    /// <summary>The form of a POST, the query of a GET.</summary>
    public IReadOnlyDictionary<string, string> Values { get; } = Parse(Method == "POST" ? Body : Query.TrimStart('?'));

    private static Dictionary<string, string> Parse(string form)
    {
        var values = HttpUtility.ParseQueryString(form);
        return values.AllKeys.ToDictionary(key => key!, key => values[key]!, StringComparer.Ordinal);
    }
}
