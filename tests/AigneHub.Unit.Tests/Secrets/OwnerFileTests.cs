using AigneHub.Core.Secrets;

namespace AigneHub.Unit.Tests.Secrets;

public sealed class OwnerFileTests : IDisposable
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"aignehub-{Guid.NewGuid():N}");

    private string Target => Path.Combine(_folder, "deep", "secret");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void ReadOrCreate_ByManyAtOnce_IsOneText()
    {
        for (var round = 0; round < 20; round++)
        {
            var texts = new string[16];
            using var start = new Barrier(texts.Length);
            var threads = Enumerable.Range(0, texts.Length).Select(i => new Thread(() =>
            {
                start.SignalAndWait();
                texts[i] = OwnerFile.ReadOrCreate(Target, () => $"made by {i}");
            })).ToArray();
            Array.ForEach(threads, t => t.Start());
            Array.ForEach(threads, t => t.Join());
            Assert.Single(texts.Distinct());
            File.Delete(Target);
        }
    }

    [Fact]
    public void ReadOrCreate_EmptyFile_IsMade()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Target)!);
        File.WriteAllText(Target, "");
        Assert.Equal("new", OwnerFile.ReadOrCreate(Target, () => "new"));
        Assert.Equal("new", OwnerFile.ReadOrCreate(Target, () => "other"));
    }

    [Fact]
    public void ReadOrCreate_New_IsTheOwnersAlone()
    {
        OwnerFile.ReadOrCreate(Target, () => "x");
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(OwnerFile.Owners, File.GetUnixFileMode(Target));
            File.SetUnixFileMode(Target, UnixFileMode.UserRead);
        }

        Assert.Equal("x", OwnerFile.ReadOrCreate(Target, () => "y"));
    }
}
