using Microsoft.AspNetCore.Http;

namespace AigneHub.Gateway.Fronts.Aigne;

/// <summary>
/// The app that AIGNE's clients name in <c>x-aigne-hub-client-did</c>. Anybody may name any: it is a label in usage and ledger, marked so
/// that it can't be taken for a key's project.
/// </summary>
internal static class AigneProject
{
    /// <summary>No project of a key has a colon.</summary>
    public const string Mark = "app:";

    private const string Header = "x-aigne-hub-client-did";
    private const int CharsMax = 120;

    /// <summary>As it was sent, or the project of a key.</summary>
    public static string NameOf(string project) => project.StartsWith(Mark, StringComparison.Ordinal) ? project[Mark.Length..] : project;

    /// <summary>Null when the header is missing or no label.</summary>
    public static string? Of(HttpRequest request)
    {
        var label = Uri.UnescapeDataString(request.Headers[Header].ToString()).Trim();
        return label.Length is > 0 and <= CharsMax && label.All(c => c is >= ' ' and <= '~') ? Mark + label : null;
    }
}
