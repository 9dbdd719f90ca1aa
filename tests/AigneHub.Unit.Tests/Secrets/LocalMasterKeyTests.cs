using AigneHub.Core.Secrets;

namespace AigneHub.Unit.Tests.Secrets;

public sealed class LocalMasterKeyTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("aignehub-secrets-").FullName;

    private string File => Path.Combine(_folder, LocalMasterKey.FileName);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Open_Twice_IsTheSameKeyInAFileOfItsOwnerOnly()
    {
        var first = Open();
        var wrapped = await first.WrapAsync(new byte[32], default);
        var second = Open();
        Assert.Equal(first.Id, second.Id);
        Assert.Equal(new byte[32], await second.UnwrapAsync(wrapped, default));
        Assert.Equal([File], Directory.EnumerateFiles(_folder));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(File));
        }
    }

    [Fact]
    public void Open_ByManyAtOnce_IsOneKey()
    {
        var ids = new string[8];
        Parallel.For(0, ids.Length, i => ids[i] = Open().Id);
        Assert.Single(ids.Distinct());
        Assert.Equal([File], Directory.EnumerateFiles(_folder));
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.OtherWrite)]
    public void Open_ReadableByOthers_IsRefused(UnixFileMode right)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        Open();
        System.IO.File.SetUnixFileMode(File, UnixFileMode.UserRead | UnixFileMode.UserWrite | right);
        var (key, problem) = LocalMasterKey.Open(_folder);
        Assert.Null(key);
        Assert.Contains(File, problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("dG9vIHNob3J0")]
    [InlineData("%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%")]
    public void Open_NoKeyInTheFile_IsRefusedAndTheFileStays(string content)
    {
        Open();
        System.IO.File.WriteAllText(File, content);
        var (key, problem) = LocalMasterKey.Open(_folder);
        Assert.Null(key);
        Assert.Contains(File, problem, StringComparison.Ordinal);
        Assert.Equal(content, System.IO.File.ReadAllText(File));
    }

    [Fact]
    public async Task Unwrap_ByAnotherKeyOrOfOtherBytes_IsNull()
    {
        var key = Open();
        var wrapped = await key.WrapAsync(new byte[32], default);
        System.IO.File.Delete(File);
        var other = Open();
        Assert.Null(await other.UnwrapAsync(wrapped, default));
        Assert.Null(await other.UnwrapAsync(wrapped with { MasterKey = other.Id }, default));
        Assert.Null(await key.UnwrapAsync(wrapped with { Wrapped = wrapped.Wrapped[..^1] }, default));
        Assert.Null(await key.UnwrapAsync(wrapped with { Wrapped = [] }, default));
    }

    private LocalMasterKey Open() => LocalMasterKey.Open(_folder).Key!;
}
