using System.Text.Json;

namespace AigneHub.Providers.Authentication;

/// <summary>What secrets and tokens may look like before they go into a header or are read as JSON.</summary>
internal static class SecretText
{
    /// <summary>Longest secret of any kind, in characters.</summary>
    public const int CharsMax = 64 * 1024;

    /// <summary>Longest value put into a header, in characters.</summary>
    public const int HeaderCharsMax = 16 * 1024;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 8 };

    /// <summary>Visible ASCII only: neither a line's end nor a space can get into a header.</summary>
    public static bool IsHeaderValue(string? text) =>
        text is { Length: > 0 and <= HeaderCharsMax } && text.AsSpan().IndexOfAnyExceptInRange('!', '~') < 0;

    /// <summary>The JSON object, or null when it is none.</summary>
    public static JsonDocument? Parse(string secret)
    {
        if (secret.Length > CharsMax)
        {
            return null;
        }

        try
        {
            var document = JsonDocument.Parse(secret, Strict);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                return document;
            }

            document.Dispose();
            return null;
        }
        catch (JsonException)
        {
            // Its message may quote the secret.
            return null;
        }
    }

    /// <summary>The text of a property; null when there is none, or it is no text.</summary>
    public static string? Text(JsonElement of, string name)
    {
        if (of.ValueKind != JsonValueKind.Object
            || !of.TryGetProperty(name, out var value) || value.ValueKind != JsonValueKind.String)
        {
            return null;
        }

        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair.
            return null;
        }
    }
}
