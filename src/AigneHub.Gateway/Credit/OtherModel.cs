using AigneHub.Core.Pricing;
using AigneHub.Core.Routing;

namespace AigneHub.Gateway.Credit;

/// <summary>Whether another model has answered than the one that was called.</summary>
internal static class OtherModel
{
    private const string Latest = "-latest";

    /// <summary>
    /// The other one, if both are known and it is dearer; null for the same one, for a dated form of it, and for what isn't known:
    /// vendors have many names for a model.
    /// </summary>
    /// <param name="answered">As the vendor names it; null: it doesn't.</param>
    public static ModelEntry? Answered(HubSnapshot snapshot, RouteTarget target, string? answered)
    {
        if (answered is null || answered.Equals(target.UpstreamModel, StringComparison.OrdinalIgnoreCase)
            || IsForm(answered, target.UpstreamModel))
        {
            return null;
        }

        var own = snapshot.FindModel(target.FullName);
        // A vendor that serves others' models names their makers.
        var other = snapshot.FindModel($"{target.Provider.Id}/{answered}") ?? snapshot.FindModel(answered);
        return own is { Rates: { } price } && other is { Rates: { } dearer } && !ReferenceEquals(own, other)
            && (IsDearer(dearer, price, UnitKind.Input) || IsDearer(dearer, price, UnitKind.Output))
            ? other
            : null;
    }

    private static bool IsDearer(ModelRates rates, ModelRates than, UnitKind kind) => rates[kind]?.Base > than[kind]?.Base;

    /// <summary>The same name with a date, a version or <c>-latest</c> behind it, or without.</summary>
    private static bool IsForm(string name, string of)
    {
        var (longer, shorter) = name.Length > of.Length ? (name, of) : (of, name);
        return longer.StartsWith(shorter, StringComparison.OrdinalIgnoreCase)
            && longer.AsSpan(shorter.Length) is var rest
            && (rest.Equals(Latest, StringComparison.OrdinalIgnoreCase) || rest is ['-' or '@' or ':', >= '0' and <= '9', ..]);
    }
}
