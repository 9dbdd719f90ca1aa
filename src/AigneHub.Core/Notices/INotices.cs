using AigneHub.Core.Ledger;
using AigneHub.Core.Usage;

namespace AigneHub.Core.Notices;

/// <summary>Where the notices of purses go. Never blocks and never throws.</summary>
public interface INotices
{
    /// <param name="notices">All that the purse has; the same ones come again until they are taken.</param>
    void Tell(PurseId purse, LedgerUnit unit, IReadOnlyList<PurseNotice> notices);
}
