using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace AigneHub.Core.Ledger;

/// <summary>What is asked of a purse besides folding. Commands set, or carry an id that is booked once: repeats are harmless.</summary>
public abstract record SyncCommand
{
    /// <summary>Nano that one command may move or one call may hold: a million whole units.</summary>
    public const long AmountMax = 1_000_000 * Pricing.Nano.PerWhole;

    private SyncCommand()
    {
    }

    /// <summary>Only fold.</summary>
    /// <param name="MayWait">While an instance has a lease, leave a short inbox to its next heartbeat.</param>
    public sealed record None(bool MayWait) : SyncCommand
    {
        public static readonly None Instance = new(MayWait: false);
        public static readonly None Soon = new(MayWait: true);
    }

    /// <summary>What the purse is. The unit can't be changed. Another kind forgives debt.</summary>
    /// <param name="Budget">Of hard and soft purses. Another limit changes what is left of this period, another length or zone
    /// begins a new one.</param>
    public sealed record Configure(PurseKind Kind, LedgerUnit Unit, Budget? Budget = null, PurseAlerts? Alerts = null) : SyncCommand;

    /// <summary>Opens, renews, changes or closes an instance's lease.</summary>
    /// <param name="IsNew">The lease may not exist yet.</param>
    /// <param name="Floor">Nano over the lease's life that are needed anyway; the answer's amount starts from them.</param>
    /// <param name="Needs">Nano that waiting calls need beyond the floor, each admitted or refused by itself.</param>
    /// <param name="Wish">Nano for calls to come; given only from plenty.</param>
    public sealed record UseLease(
        string Id, bool IsNew, long Floor, IReadOnlyList<long> Needs, long Wish = 0, bool Close = false) : SyncCommand;

    /// <summary>The purse's notices are kept elsewhere.</summary>
    /// <param name="UpTo">The number of the last one.</param>
    public sealed record NoticesTaken(long UpTo) : SyncCommand;

    /// <summary>A movement that somebody outside asks for.</summary>
    /// <param name="OutsideId">Booked once.</param>
    /// <param name="Amount">Nano, 1 to <see cref="AmountMax"/>; negative only in an <see cref="Adjust"/>.</param>
    /// <param name="By">Who asks.</param>
    public abstract record Move(OutsideId OutsideId, long Amount, string Reason, string By) : SyncCommand
    {
        /// <summary>SHA-256 of everything that makes this request what it is, lower-case hex.</summary>
        public string Hash => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join(
            '\n', GetType().Name, OutsideId.Source, OutsideId.Id, Amount.ToString(CultureInfo.InvariantCulture), Particulars))));

        /// <summary>What is particular to the kind of movement, as text without ambiguity.</summary>
        private protected abstract string Particulars { get; }

        /// <summary>Texts have lengths that their rows can keep.</summary>
        internal bool IsValid =>
            OutsideId.IsValid && Reason.Length <= TextMax && By.Length <= TextMax
            && Amount is >= -AmountMax and <= AmountMax and not 0 && (Amount > 0 || this is Adjust)
            && this is not Reverse { GrantId.Length: 0 or > OutsideId.TextCharactersMax };

        internal const int TextMax = 512;
    }

    /// <summary>Adds credit. It pays debt first.</summary>
    public sealed record GrantCredit(
        OutsideId OutsideId, long Amount, string Reason, string By, DateTimeOffset? Expires = null, int Priority = 0)
        : Move(OutsideId, Amount, Reason, By)
    {
        private protected override string Particulars =>
            string.Create(CultureInfo.InvariantCulture, $"{Expires?.UtcTicks}|{Priority}");
    }

    /// <summary>Takes credit back: what the grant still has, then other credit, the rest becomes debt.</summary>
    /// <param name="GrantId">The outside id (<c>source|id</c>) of the grant.</param>
    public sealed record Reverse(OutsideId OutsideId, long Amount, string Reason, string By, string GrantId)
        : Move(OutsideId, Amount, Reason, By)
    {
        private protected override string Particulars => GrantId;
    }

    /// <summary>
    /// A correction: above 0 a grant, which ends with the current period of a budget and never elsewhere; below 0 taken in spending
    /// order, the rest becomes debt.
    /// </summary>
    public sealed record Adjust(OutsideId OutsideId, long Amount, string Reason, string By) : Move(OutsideId, Amount, Reason, By)
    {
        private protected override string Particulars => "";
    }

    /// <summary>What a payment has come to. Older and repeated reports change nothing.</summary>
    public sealed record SetPayment(Payment Payment) : SyncCommand
    {
        /// <summary>Why a person has entered it; null: it was reported by the payment provider.</summary>
        public string? Reason { get; init; }

        /// <summary>Who has entered it.</summary>
        public string? By { get; init; }

        internal bool IsValid => Payment.IsValid && !(Reason?.Length > Move.TextMax) && !(By?.Length > Move.TextMax);
    }
}
