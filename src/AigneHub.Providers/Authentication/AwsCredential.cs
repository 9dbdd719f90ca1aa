using System.Text.RegularExpressions;

namespace AigneHub.Providers.Authentication;

/// <summary>
/// An AWS access key: JSON with <c>accessKeyId</c>, <c>secretAccessKey</c> and, for temporary ones, <c>sessionToken</c>.
/// </summary>
/// <param name="Region">
/// <c>region</c>, for hosts whose name does not tell it (a private name before a VPC endpoint); null: the host's name tells.
/// </param>
internal sealed partial record AwsCredential(string AccessKeyId, string SecretAccessKey, string? SessionToken, string? Region)
{
    private static readonly HashSet<string> Names = ["accessKeyId", "secretAccessKey", "sessionToken", "region"];

    /// <summary>Exactly one of the results is null.</summary>
    public static (AwsCredential? Credential, string? Wrong) Parse(string secret)
    {
        using var document = SecretText.Parse(secret);
        if (document is null)
        {
            return (null, "An AWS access key must be a JSON object with accessKeyId and secretAccessKey.");
        }

        var root = document.RootElement;
        if (root.EnumerateObject().Any(property => !Names.Contains(property.Name)))
        {
            return (null, "An AWS access key may hold accessKeyId, secretAccessKey, sessionToken and region, and nothing else.");
        }

        var id = SecretText.Text(root, "accessKeyId");
        if (id is null || !AccessKeyIdForm().IsMatch(id))
        {
            return (null, "accessKeyId must be 16 to 128 letters and digits.");
        }

        var key = SecretText.Text(root, "secretAccessKey");
        if (!SecretText.IsHeaderValue(key))
        {
            return (null, "secretAccessKey must be visible ASCII characters.");
        }

        var token = SecretText.Text(root, "sessionToken");
        if (root.TryGetProperty("sessionToken", out _) && !SecretText.IsHeaderValue(token))
        {
            return (null, "sessionToken must be visible ASCII characters; leave it out for a lasting key.");
        }

        var region = SecretText.Text(root, "region");
        return root.TryGetProperty("region", out _) && (region is null || !RegionForm().IsMatch(region))
            ? (null, "region must be an AWS region such as us-east-1.")
            : (new AwsCredential(id, key!, token, region), null);
    }

    /// <summary>
    /// The region in the name of a Bedrock endpoint, e.g. <c>bedrock-runtime.us-east-1.amazonaws.com</c>, also FIPS, China
    /// and VPC endpoints (<see href="https://docs.aws.amazon.com/general/latest/gr/bedrock.html"/>); null when it is none.
    /// </summary>
    public static string? RegionOf(string host)
    {
        var match = BedrockHost().Match(host);
        return match.Success ? match.Groups[1].Value : null;
    }

    /// <summary>Without the secrets, so that no log can hold them.</summary>
    public override string ToString() => AccessKeyId;

    [GeneratedRegex(@"^[A-Za-z0-9]{16,128}\z")]
    private static partial Regex AccessKeyIdForm();

    [GeneratedRegex(@"^[a-z]{2,4}(?:-[a-z]{2,12}){1,3}-[0-9]{1,2}\z")]
    private static partial Regex RegionForm();

    [GeneratedRegex(
        @"^(?:vpce-[a-z0-9-]+\.)?bedrock-runtime(?:-fips)?\."
            + @"([a-z]{2,4}(?:-[a-z]{2,12}){1,3}-[0-9]{1,2})\.(?:vpce\.)?amazonaws\.com(?:\.cn)?\z",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex BedrockHost();
}
