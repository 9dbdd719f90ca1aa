namespace AigneHub.Core.Routing.Health;

/// <param name="Until">Ticks; when the block's next probe, or the next call, may pass.</param>
internal readonly record struct GateReading(BlockReason Reason, bool Probing, bool Cooling, long Until, int Calls, int Failures)
{
    public bool IsRefusal => Reason is not (BlockReason.None or BlockReason.Failures);
}
