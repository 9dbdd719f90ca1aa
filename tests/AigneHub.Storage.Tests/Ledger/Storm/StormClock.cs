namespace AigneHub.Storage.Tests.Ledger.Storm;

/// <summary>A clock that is wrong, but runs as fast as any.</summary>
internal sealed class StormClock(TimeSpan wrong) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + wrong;
}
