namespace AigneHub.Core.Routing;

/// <summary>What a name stands for in one snapshot. Thread-safe; what can be worked out beforehand is kept.</summary>
internal abstract class Resolution
{
    public abstract RouteResult Plan(in RouteRequest request);
}
