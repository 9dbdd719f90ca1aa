namespace AigneHub.Core.Configuration;

/// <summary>A provider that an administrator set up at run time.</summary>
public sealed record ProviderRecord
{
    public const int IdCharactersMax = 40;
    public const int OptionsMax = 10;
    public const int OptionCharactersMax = 200;
    public const int RankMax = 99;

    /// <summary>First segment of <c>provider/model</c>: lower-case letters, digits and <c>-</c>, 1 to 40. Fixed.</summary>
    public required string Id { get; init; }

    /// <summary>The id of a row of the provider table, or one of <see cref="CustomVendors"/>.</summary>
    public required string Vendor { get; init; }

    public string? DisplayName { get; init; }

    /// <summary>Absolute; null = the vendor's own.</summary>
    public string? BaseUrl { get; init; }

    /// <summary>
    /// What the vendor's addresses are made of: <c>region</c>, <c>project</c>, <c>location</c>, <c>apiVersion</c>, …
    /// </summary>
    public IReadOnlyDictionary<string, string> Options { get; init; } = new Dictionary<string, string>();

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
            return (RecordText.NameRule("display_name"), "display_name");
        }

        if (BaseUrl is null && custom)
        {
            return ($"'base_url' is needed for the vendor {Vendor}.", "base_url");
        }

        if (BaseUrl is not null && WhatIsWrongWithUrl(BaseUrl) is { } wrong)
        {
            return (wrong, "base_url");
        }

        if (Options.Count > OptionsMax)
        {
            return ($"'options' may have at most {OptionsMax} entries.", "options");
        }

        foreach (var (name, value) in Options)
        {
            if (name.Length is 0 or > 40 || !name.All(char.IsAsciiLetterOrDigit))
            {
                return ("'options' may have names of 1 to 40 letters and digits only.", "options");
            }

            if (value.Length > OptionCharactersMax || value.Any(char.IsControl))
            {
                var field = $"options.{name}";
                return ($"'{field}' may have at most {OptionCharactersMax} characters, none of them a control character.", field);
            }
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
            return "'base_url' must be an absolute http or https URL of at most 500 characters.";
        }

        return url.UserInfo.Length > 0 || url.Query.Length > 0 || url.Fragment.Length > 0
            ? "'base_url' must have no user name, query or fragment."
            : null;
    }
}
