using System.Text;
using AigneHub.Core;

namespace AigneHub.Gateway.Fronts;

/// <summary>Members that a request may not have, whoever sends it.</summary>
internal static class RefusedNames
{
    /// <summary>
    /// With these a vendor answers by another model than the one that is checked, priced and held:
    /// <see href="https://docs.perplexity.ai/docs/agent-api/model-fallback"/> (whose <c>models</c> outdo <c>model</c>, and whose
    /// presets name one), <see href="https://openrouter.ai/docs/guides/routing/model-fallbacks"/>.
    /// </summary>
    private static readonly string[] OtherModels = ["models", "preset", "fallbacks", "route"];

    /// <summary>Null when the member may stand there.</summary>
    /// <param name="name">Of the top level, without escapes.</param>
    public static HubError? Check(ReadOnlySpan<byte> name, HeadShape shape)
    {
        if (shape.DiffersByCase(name) is { } known)
        {
            // A vendor that doesn't mind the case would take another model than the one that is checked and priced.
            return RequestHeadParser.Invalid($"A name differs from '{known}' only by case.", known, "invalid_name");
        }

        if (shape.Unserved is { } unserved && Ascii.Equals(name, unserved.Name))
        {
            return Unsupported(unserved.Name, unserved.Advice);
        }

        // By the length first: it differs for almost every name there is.
        if (name.Length is not (5 or 6 or 9))
        {
            return null;
        }

        foreach (var other in OtherModels)
        {
            if (name.Length == other.Length && Ascii.EqualsIgnoreCase(name, other))
            {
                return Unsupported(
                    other, "It would have another model answer than the one that 'model' names: an alias of the hub does that.");
            }
        }

        return null;
    }

    private static HubError Unsupported(string name, string advice) =>
        RequestHeadParser.Invalid($"'{name}' is not served here. {advice}", name, "unsupported_parameter");
}
