namespace AigneHub.Core.Limits;

/// <summary>What a counter says to a call.</summary>
internal enum LimitTaking
{
    Taken,

    /// <summary>Not enough is here: storage has to be asked.</summary>
    Lacking,

    Refused,
}
