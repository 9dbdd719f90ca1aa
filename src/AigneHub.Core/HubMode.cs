namespace AigneHub.Core;

/// <summary>What a deployment is for. It sets the ledger's unit and what happens to a model without a price.</summary>
public enum HubMode
{
    /// <summary>A company's private gateway: the unit is the nano-USD of the vendors' own prices; unpriced models are recorded.</summary>
    Enterprise,

    /// <summary>A public, monetised service: the unit is the nano-credit; unpriced models are refused before anything is sent.</summary>
    Provider,
}
