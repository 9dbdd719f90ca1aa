using AigneHub.Core.Keys;

namespace AigneHub.Core.Routing;

/// <summary>Finds the targets of a model's name, explicit or bare, whatever the API.</summary>
internal static class NameResolver
{
    /// <summary>Exactly one of the results is null.</summary>
    public static (NamedModel? Model, HubError? Error) Resolve(HubSnapshot snapshot, string model, KeyRecord? key)
    {
        if (!IsPlain(model))
        {
            return (null, NotFound(snapshot, model, key));
        }

        var slash = model.IndexOf('/', StringComparison.Ordinal);
        if (slash > 0)
        {
            var providerId = model[..slash];
            if (snapshot.FindProvider(providerId) is { } provider)
            {
                var name = model[(slash + 1)..];
                return provider.ServesListedModelsOnly && snapshot.RateCard.Models.Find(provider.Id, name) is null
                    ? (null, NotFound(snapshot, model, key))
                    : Explicit(snapshot, provider, name);
            }

            if (snapshot.FindKnownProvider(providerId) is { } unconfigured)
            {
                return (null, RouteErrors.NotConfigured(unconfigured));
            }
        }

        var targets = Bare(snapshot, model);
        if (targets.Count == 0)
        {
            return (null, NotFound(snapshot, model, key));
        }

        targets.RemoveAll(target => !IsAllowed(snapshot, target));
        return targets.Count == 0 ? (null, RouteErrors.NotPriced(model)) : (new NamedModel([.. targets]), null);
    }

    /// <summary>
    /// False when a segment is empty or a step within a path: where a vendor has the model in the path, the address would be
    /// shortened (https://datatracker.ietf.org/doc/html/rfc3986#section-5.2.4) and lead to another model than the one that
    /// was priced and admitted.
    /// </summary>
    private static bool IsPlain(string name)
    {
        foreach (var segment in name.AsSpan().Split('/'))
        {
            if (name.AsSpan(segment) is "" or "." or "..")
            {
                return false;
            }
        }

        return true;
    }

    private static (NamedModel?, HubError?) Explicit(HubSnapshot snapshot, ProviderEntry provider, string name)
    {
        var match = snapshot.RateCard.Models.Find(provider.Id, name);
        var target = TargetOf(provider, match?.UpstreamName ?? name, match?.Entry);
        return IsAllowed(snapshot, target)
            ? (new NamedModel([target]), null)
            : (null, RouteErrors.NotPriced($"{provider.Id}/{name}"));
    }

    private static RouteTarget TargetOf(ProviderEntry provider, string upstreamName, ModelEntry? entry) =>
        new(provider, upstreamName, entry?.Rates, entry?.MaxOutput, entry?.Name, entry?.ContextWindow)
        {
            EntryId = entry?.Id,
            LimitedBy = entry?.LimitedBy,
        };

    private static List<RouteTarget> Bare(HubSnapshot snapshot, string name)
    {
        var models = snapshot.RateCard.Models;
        List<RouteTarget> targets = [];
        foreach (var provider in snapshot.Providers)
        {
            if (models.FindExact(provider.Id, name) is { } match)
            {
                targets.Add(TargetOf(provider, match.UpstreamName, match.Entry));
            }
        }

        if (targets.Count > 0)
        {
            return targets;
        }

        foreach (var provider in snapshot.Providers)
        {
            if (FindVersion(models, provider.Id, name) is { } match)
            {
                targets.Add(TargetOf(provider, match.UpstreamName, match.Entry));
            }
        }

        return targets;
    }

    /// <summary>
    /// A name that a rule matches and that is a known name plus a version, such as a snapshot newer than the catalogue.
    /// Rules alone are too wide: most slips of the pen begin like a model's name.
    /// </summary>
    private static ModelMatch? FindVersion(ModelIndex models, string provider, string name)
    {
        if (models.Find(provider, name) is not { } match)
        {
            return null;
        }

        for (var end = name.Length - 1; end > 0; end--)
        {
            if (name[end] is '-' or '@' && IsVersion(name.AsSpan(end + 1))
                && models.FindExact(provider, name.AsSpan(0, end)) is not null)
            {
                return match;
            }
        }

        return null;
    }

    private static bool IsVersion(ReadOnlySpan<char> suffix)
    {
        if (suffix.Length == 0 || suffix.Equals("latest", StringComparison.OrdinalIgnoreCase))
        {
            return suffix.Length > 0;
        }

        foreach (var c in suffix)
        {
            if (!char.IsAsciiDigit(c) && c != '-')
            {
                return false;
            }
        }

        return char.IsAsciiDigit(suffix[0]);
    }

    private static bool IsAllowed(HubSnapshot snapshot, RouteTarget target) =>
        snapshot.Mode == HubMode.Enterprise || target.Rates is { Any: true };

    private static HubError NotFound(HubSnapshot snapshot, string name, KeyRecord? key)
    {
        var close = CloseMatches.Find(snapshot.Aliases.Keys.Concat(snapshot.Models.Select(m => m.FullName)), name, key);
        return RouteErrors.NotFound(name, close.Count > 0
            ? $"Did you mean {string.Join(" or ", close.Select(m => $"'{m}'"))}?"
            : "GET /v1/models lists the models; name one as provider/model.");
    }
}
