namespace AigneHub.Hub.Tests.Support;

/// <summary>As <see cref="RecordedFactAttribute"/>.</summary>
internal sealed class RecordedTheoryAttribute : TheoryAttribute
{
    public RecordedTheoryAttribute() => Skip = new RecordedFactAttribute().Skip;
}
