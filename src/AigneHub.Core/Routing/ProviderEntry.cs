namespace AigneHub.Core.Routing;

/// <summary>What happens upstream when the client goes away in mid-answer.</summary>
public enum ClientGonePolicy
{
    /// <summary>The upstream is cancelled at once; what was delivered is counted and billed as estimated.</summary>
    Cancel,

    /// <summary>The upstream is read on, within a bound, for the usage that it reports at the end.</summary>
    Drain,
}

/// <summary>A provider that can be called now: a vendor joined with its settings or its stored configuration.</summary>
/// <param name="Id">First segment of <c>provider/model</c>.</param>
/// <param name="Vendor">The row of the provider table that says how it behaves.</param>
/// <param name="Apis">What it serves, at most one binding for each API.</param>
/// <param name="Credentials">At least one; where the vendor needs no key, one of <see cref="CredentialKind.None"/>.</param>
/// <param name="Rank">
/// Order among providers that serve the same bare model name, lowest first: 1 the vendor itself, 2 official aggregators,
/// 3 others, 4 local.
/// </param>
public sealed record ProviderEntry(
    string Id, string Vendor, string DisplayName, IReadOnlyList<ApiBinding> Apis,
    IReadOnlyList<CredentialEntry> Credentials,
    int Rank, ClientGonePolicy ClientGone)
{
    /// <summary>It serves the models of the catalogue and no others: an unknown name is a slip, and is not sent on.</summary>
    public bool ServesListedModelsOnly { get; init; }

    /// <summary>It was added at run time: its address is held to stricter rules than one from the settings.</summary>
    public bool IsStored { get; init; }

    /// <summary>Null when the provider doesn't serve the API in its own format.</summary>
    /// <param name="model">The vendor's name of a model; null: any.</param>
    public ApiBinding? Find(ModelApi api, string? model = null)
    {
        // By index, as each call asks: an enumerator of an interface is allocated.
        for (var i = 0; i < Apis.Count; i++)
        {
            var binding = Apis[i];
            if (binding.Api == api && (model is null || binding.Serves(model)))
            {
                return binding;
            }
        }

        return null;
    }

    /// <summary>
    /// How a model is called for a client of the API: in its own format, or else, for a conversation, images, videos or audio, in
    /// another one that the request is translated into; null when neither is served.
    /// </summary>
    /// <param name="model">The vendor's name.</param>
    public ApiBinding? BindingFor(ModelApi api, string model)
    {
        var own = Find(api, model);
        if (own is not null)
        {
            return own;
        }

        foreach (var other in ChatApis.Contains(api) ? ChatApis.ByFidelity : MediaApis.InsteadOf(api, model))
        {
            if (Find(other, model) is { } binding)
            {
                return binding;
            }
        }

        return null;
    }

    /// <summary>Without the secrets, so that no log can hold one.</summary>
    public override string ToString() => $"{Id} ({Vendor})";
}
