using AigneHub.Core.Ledger;
using AigneHub.Core.Usage;

namespace AigneHub.Testing;

/// <summary>As if the inbox were always longer than one read.</summary>
internal sealed class ShortPages(ILedgerStore inner) : WrappedLedger(inner)
{
    public override Task<PurseView> ReadPurseAsync(PurseId purse, int rowsMax, CancellationToken cancellationToken) =>
        base.ReadPurseAsync(purse, 3, cancellationToken);
}
