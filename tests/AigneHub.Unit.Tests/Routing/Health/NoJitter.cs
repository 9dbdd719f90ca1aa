namespace AigneHub.Unit.Tests.Routing.Health;

/// <summary>Delays come out exact. Thread-safe.</summary>
internal sealed class NoJitter : Random
{
    public override double NextDouble() => 0;
}
