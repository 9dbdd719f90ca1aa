namespace AigneHub.Hub.Tests.Support;

/// <summary>A test over recorded vendor answers; skipped, saying so, where there are none.</summary>
internal sealed class RecordedFactAttribute : FactAttribute
{
    public const string Variable = "AIGNEHUB_RECORDINGS";

    public RecordedFactAttribute() =>
        Skip = string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Variable)) ? $"{Variable} names no folder." : null;
}
