using System.Text.Json.Nodes;
using AigneHub.Core;
using AigneHub.Core.Pricing;
using AigneHub.Gateway.Management.Rates;

namespace AigneHub.Gateway.Management.Config;

/// <summary>Prices of a configuration document that move so far that they are probably a slip.</summary>
internal static class SuspiciousPrices
{
    private const string Field = "pricePerMillion";

    /// <summary>Null when there are none; against what is stored, as the comparison shows it.</summary>
    public static HubError? Check(IEnumerable<ConfigStep> steps)
    {
        foreach (var change in steps.Select(step => step.Change))
        {
            foreach (var field in change.Fields.Where(field => field is { Field: Field, Before: not null, After: not null }))
            {
                var slip = RateChange.Between(LinesOf(field.Before!), LinesOf(field.After!)).FirstOrDefault(one => one.IsSuspicious);
                if (slip.Line is not null)
                {
                    return RateCalls.Suspicious(
                        $"'{slip.Line}' of {change.Id} would go from {Nano.ToDecimalString(slip.Before!.Value)} to "
                        + $"{Nano.ToDecimalString(slip.After!.Value)}, probably a slip of a unit. If it is right");
                }
            }
        }

        return null;
    }

    private static Dictionary<string, long> LinesOf(string json) => JsonNode.Parse(json)!.AsObject().ToDictionary(
        line => line.Key, line => Nano.TryParse(line.Value!.GetValue<string>(), out var nano) ? nano : 0);
}
