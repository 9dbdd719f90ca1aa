namespace AigneHub.Hub.Tests.Crashes;

/// <summary>Tests that load the machine and measure what is lost in milliseconds: alone, one after the other.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class CrashCollection
{
    public const string Name = "crashes";
}
