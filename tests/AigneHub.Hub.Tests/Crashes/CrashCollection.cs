namespace AigneHub.Hub.Tests.Crashes;

/// <summary>Tests that load the machine, or measure what is lost or how long it takes: alone, one after the other, after all others.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class CrashCollection
{
    public const string Name = "crashes";
}
