namespace AigneHub.Unit.Tests.Providers;

/// <summary>A test over recorded vendor answers: skipped, saying so, where the folder is not there.</summary>
internal sealed class RecordingsTheoryAttribute : TheoryAttribute
{
    public RecordingsTheoryAttribute()
    {
        if (!Directory.Exists(Recordings.Folder))
        {
            Skip = $"{Recordings.Variable} names no folder with recorded vendor answers.";
        }
    }
}
