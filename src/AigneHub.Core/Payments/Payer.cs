using System.Globalization;
using System.Text.Json.Serialization;

namespace AigneHub.Core.Payments;

/// <summary>What an account's payments need beside its orders.</summary>
/// <param name="Customer">The provider's id of the payer; null before the first checkout.</param>
public sealed record Payer(string Account, string? Customer = null, TopUp? TopUp = null)
{
    /// <summary>The last one that the provider knew no more.</summary>
    public string? LostCustomer { get; init; }
}

/// <summary>Credit that is bought by itself when the balance is low.</summary>
/// <param name="Below">Nano of credit below which <paramref name="Pack"/> is bought.</param>
/// <param name="MaxPerMonth">Minor units that a calendar month (UTC) may cost.</param>
public sealed record TopUp(string Pack, string Currency, long Below, long MaxPerMonth)
{
    public const int FailuresMax = 3;

    /// <summary>Why it is switched off; null: it is on.</summary>
    public string? OffBecause { get; init; }

    /// <summary>The number of the last one, over the life of the account.</summary>
    public long Sequence { get; init; }

    /// <summary>The number <see cref="Sequence"/> is still under way.</summary>
    public bool IsOpen { get; init; }

    /// <summary>In a row.</summary>
    public int Failures { get; init; }

    /// <summary>Not before this.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary><c>yyyyMM</c> of <see cref="Bought"/>.</summary>
    public string? Month { get; init; }

    /// <summary>Minor units that were bought in <see cref="Month"/>, with what is under way.</summary>
    public long Bought { get; init; }

    /// <summary>Of the number that is under way.</summary>
    public long Amount { get; init; }

    /// <summary>Of its order.</summary>
    [JsonIgnore]
    public string Claim => string.Create(CultureInfo.InvariantCulture, $"top-up|{Sequence}");

    /// <summary>The calendar month (UTC) by which they are added up.</summary>
    public static string MonthOf(DateTimeOffset time) => time.UtcDateTime.ToString("yyyyMM", CultureInfo.InvariantCulture);
}
