using System.Text.RegularExpressions;

namespace AigneHub.Infra.Tests.Compiler;

/// <summary>
/// Resolves the few expressions that a snapshot leaves: <c>format</c> of literals and of the public cloud's suffixes. What
/// stands for a value of a running resource becomes a GUID.
/// </summary>
internal static partial class TemplateValue
{
    private const string RuntimeValue = "'00000000-0000-0000-0000-000000000009'";

    public static string Resolve(string value)
    {
        if (!value.StartsWith('['))
        {
            return value;
        }

        var text = value[1..^1]
            .Replace("environment().suffixes.storage", "'core.windows.net'", StringComparison.Ordinal)
            .Replace("environment().suffixes.keyvaultDns", "'.vault.azure.net'", StringComparison.Ordinal);
        text = Output().Replace(Reference().Replace(text, RuntimeValue), RuntimeValue);
        while (Format().Match(text) is { Success: true } format)
        {
            var arguments = Argument().Matches(format.Groups[1].Value).Select(match => match.Groups[1].Value).ToArray();
            var made = arguments.Skip(1).Select((argument, i) => (Hole: $"{{{i}}}", argument))
                .Aggregate(arguments[0], (made, next) => made.Replace(next.Hole, next.argument, StringComparison.Ordinal));
            text = text.Replace(format.Value, $"'{made}'", StringComparison.Ordinal);
        }

        Assert.Matches("^'[^']*'$", text);
        return text[1..^1];
    }

    [GeneratedRegex(@"reference\('[^']*', '[^']*'\)\.\w+")]
    private static partial Regex Reference();

    [GeneratedRegex(@"reference\(resourceId\(.*?\)\), '[^']*'\)\.outputs\.\w+\.value")]
    private static partial Regex Output();

    [GeneratedRegex(@"format\(((?:'[^']*'(?:, )?)+)\)")]
    private static partial Regex Format();

    [GeneratedRegex("'([^']*)'")]
    private static partial Regex Argument();
}
