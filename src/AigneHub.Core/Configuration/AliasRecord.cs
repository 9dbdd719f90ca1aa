using AigneHub.Core.Routing;

namespace AigneHub.Core.Configuration;

/// <summary>An alias as stored. Names that differ by case alone are one alias.</summary>
public sealed record AliasRecord
{
    public const int NameCharactersMax = 64;
    public const int TargetsMax = 20;
    public const int FallbacksMax = 10;

    public required ModelAlias Alias { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Null when nothing is wrong, else one sentence and the field's name in the management API.</summary>
    public (string Message, string Param)? WhatIsWrong()
    {
        if (Alias.Name.Length is 0 or > NameCharactersMax || !char.IsAsciiLetterOrDigit(Alias.Name[0])
            || !Alias.Name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' or ':'))
        {
            return (
                $"'name' must be 1 to {NameCharactersMax} letters, digits, '.', '_', '-', ':', beginning with a letter or digit.",
                "name");
        }

        if (!Enum.IsDefined(Alias.Policy))
        {
            return ("'policy' must be one of the policies.", "policy");
        }

        return WhatIsWrongWithTargets() ?? WhatIsWrongWithFallbacks();
    }

    private (string Message, string Param)? WhatIsWrongWithTargets()
    {
        if (Alias.Targets.Count is 0 or > TargetsMax)
        {
            return ($"'targets' must have 1 to {TargetsMax} entries.", "targets");
        }

        var seen = new HashSet<(int, string)>();
        for (var i = 0; i < Alias.Targets.Count; i++)
        {
            var target = Alias.Targets[i];
            var field = $"targets[{i}]";
            if (!RecordText.IsModel(target.Model))
            {
                return (RecordText.ModelRule($"{field}.model"), $"{field}.model");
            }

            if (string.Equals(target.Model, Alias.Name, StringComparison.OrdinalIgnoreCase))
            {
                return ($"'{field}.model' must not be the alias itself.", $"{field}.model");
            }

            if (target.Weight is < 0 or > CredentialRecord.WeightMax)
            {
                return ($"'{field}.weight' must be 0 to {CredentialRecord.WeightMax}.", $"{field}.weight");
            }

            if (target.Tier is < 0 or > CredentialRecord.TierMax)
            {
                return ($"'{field}.tier' must be 0 to {CredentialRecord.TierMax}.", $"{field}.tier");
            }

            if (!seen.Add((target.Tier, target.Model.ToUpperInvariant())))
            {
                return ($"'{field}.model' stands in tier {target.Tier} twice.", $"{field}.model");
            }

            if (target.When is { } condition && ConditionRules.WhatIsWrong(condition, $"{field}.when") is { } wrong)
            {
                return wrong;
            }
        }

        return null;
    }

    private (string Message, string Param)? WhatIsWrongWithFallbacks()
    {
        if (Alias.Fallbacks.Count > FallbacksMax)
        {
            return ($"'fallbacks' may have at most {FallbacksMax} entries.", "fallbacks");
        }

        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { Alias.Name };
        for (var i = 0; i < Alias.Fallbacks.Count; i++)
        {
            var field = $"fallbacks[{i}]";
            if (!RecordText.IsModel(Alias.Fallbacks[i]))
            {
                return (RecordText.ModelRule(field), field);
            }

            if (!seen.Add(Alias.Fallbacks[i]))
            {
                return ($"'{field}' must be neither the alias itself nor an earlier fallback.", field);
            }
        }

        return null;
    }
}
