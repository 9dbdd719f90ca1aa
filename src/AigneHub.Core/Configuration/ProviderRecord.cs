namespace AigneHub.Core.Configuration;

/// <summary>A provider that an administrator set up at run time.</summary>
public sealed record ProviderRecord
{
    public const int IdCharactersMax = 40;
    public const int RankMax = 99;

    /// <summary>First segment of <c>provider/model</c>: lower-case letters, digits and <c>-</c>, 1 to 40. Fixed.</summary>
    public required string Id { get; init; }

    /// <summary>The id of a row of the provider table, or one of <see cref="CustomVendors"/>.</summary>
    public required string Vendor { get; init; }

    public string? DisplayName { get; init; }

    /// <summary>Absolute; null = the vendor's own.</summary>
    public string? BaseUrl { get; init; }

    /// <summary>Order among providers of the same bare model name, lowest first, 1 to 99; null = the vendor's.</summary>
    public int? Rank { get; init; }

    public bool Enabled { get; init; } = true;
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Vendors without an address of their own: a <see cref="BaseUrl"/> says where they are.</summary>
    public static IReadOnlyList<string> CustomVendors { get; } = ["custom-openai", "custom-anthropic", "custom-gemini"];

    /// <summary>Null when nothing is wrong, else one sentence and the field's name in the management API.</summary>
    /// <param name="vendors">The ids of the provider table.</param>
    public (string Message, string Param)? WhatIsWrong(IReadOnlyCollection<string> vendors)
    {
        if (!IsId(Id))
        {
            return ("'id' must be 1 to 40 lower-case letters, digits and '-', beginning with a letter or digit.", "id");
        }

        var custom = CustomVendors.Contains(Vendor);
        if (!custom && !vendors.Contains(Vendor))
        {
            return ($"'vendor' must be a vendor that the hub knows or one of {string.Join(", ", CustomVendors)}.", "vendor");
        }

        if (DisplayName is not null && !RecordText.IsName(DisplayName))
        {
            return (RecordText.NameRule("displayName"), "displayName");
        }

        if (BaseUrl is null && custom)
        {
            return ($"'baseUrl' is needed for the vendor {Vendor}.", "baseUrl");
        }

        if (BaseUrl is not null && WhatIsWrongWithUrl(BaseUrl) is { } wrong)
        {
            return (wrong, "baseUrl");
        }

        return Rank is < 1 or > RankMax ? ($"'rank' must be 1 to {RankMax}.", "rank") : null;
    }

    internal static bool IsId(string text) => text.Length is > 0 and <= IdCharactersMax && text[0] != '-'
        && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');

    private static string? WhatIsWrongWithUrl(string text)
    {
        if (text.Length > 500 || !Uri.TryCreate(text, UriKind.Absolute, out var url)
            || (url.Scheme != Uri.UriSchemeHttp && url.Scheme != Uri.UriSchemeHttps))
        {
            return "'baseUrl' must be an absolute http or https URL of at most 500 characters.";
        }

        return url.UserInfo.Length > 0 || url.Query.Length > 0 || url.Fragment.Length > 0
            ? "'baseUrl' must have no user name, query or fragment."
            : null;
    }
}
