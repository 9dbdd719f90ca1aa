using System.Text;
using AigneHub.Gateway.Bodies;
using AigneHub.Gateway.Fronts;
using AigneHub.Providers.Upstream;

namespace AigneHub.Unit.Tests.Gateway;

public sealed class FormReaderTests
{
    private readonly FormBench _bench = new();

    [Theory]
    [InlineData(3)]
    [InlineData(32 * 1024)]
    [InlineData((32 * 1024) + 1)]
    [InlineData(1_000_000)]
    public async Task Read_FileBeforeModel_IsSentOnWithTheVendorsNameAsOftenAsNeeded(int bytes)
    {
        var file = new string('a', bytes - 2) + "\r\n";
        var (body, error) = await _bench.ReadAsync(FormBench.Form(
            ("name=\"file\"; filename=\"día 1.wav\"\r\nContent-Type: audio/wav", file),
            ("name=\"timestamp_granularities[]\"", "word"),
            ("name=model", "openai/whisper-1"),
            ("name=\"timestamp_granularities[]\"", "segment"),
            ("name=\"stream\"", "True")));

        Assert.Null(error);
        Assert.Equal(
            """{"timestamp_granularities[]":["word","segment"],"model":"openai/whisper-1","stream":true}""", Encoding.UTF8.GetString(body!.Bytes.Span));
        var expected = Encoding.Latin1.GetString(FormBench.Form(
            ("name=\"file\"; filename=\"día 1.wav\"\r\nContent-Type: audio/wav", file),
            ("name=\"timestamp_granularities[]\"", "word"),
            ("name=\"model\"", "whisper-1"),
            ("name=\"timestamp_granularities[]\"", "segment"),
            ("name=\"stream\"", "True")));
        Assert.Equal(expected, await FormBench.SentAsync(body.Form!, "whisper-1"));
        Assert.Equal(expected, await FormBench.SentAsync(body.Form!, "whisper-1"));
        Assert.Equal(bytes >= 32 * 1024 ? bytes : 0, _bench.Spool.BytesInUse);

        body.Dispose();
        Assert.Equal(0, _bench.Spool.BytesInUse);
        Assert.Equal(0, _bench.Memory.BytesInUse);
    }

    /// <summary>Prices go by them: the vendor could understand the other one.</summary>
    [Theory]
    [InlineData("size")]
    [InlineData("quality")]
    public async Task Read_FieldOfAPrice_StandsOnce(string name) => Assert.Equal(
        $"The field '{name}' stands twice in the form.",
        (await _bench.ReadAsync(FormBench.Form(($"name={name}", "low"), ($"name={name}", "high")))).Error?.Message);

    /// <summary>What is measured must be what is heard.</summary>
    [Theory]
    [InlineData(true, "name=file; filename=a.wav")]
    [InlineData(true, "name=file; filename=a.wav", "name=language")]
    [InlineData(false, "name=\"file[]\"; filename=a.wav")]
    [InlineData(false, "name=\"file[]\"; filename=a.wav", "name=file; filename=b.wav")]
    [InlineData(false, "name=file; filename=a.wav", "name=file; filename=b.wav")]
    [InlineData(false, "name=file; filename=a.wav", "name=file")]
    [InlineData(false, "name=file; filename=a.wav", "name=File; filename=b.wav")]
    [InlineData(false, "name=file; filename=a.wav", "name=audio; filename=b.wav")]
    [InlineData(false, "name=language")]
    public async Task Files_OfATranscription_AreOne(bool isTaken, params string[] parts)
    {
        var (body, _) = await _bench.ReadAsync(FormBench.Form([.. parts.Select(part => (part, "x"))]));
        using var read = body;

        var error = BodyErrors.OfFiles(read!.Form!, HeadShape.Transcriptions);

        Assert.Equal(isTaken ? null : (400, "file"), error is null ? null : ((int, string?)?)(error.Status, error.Param));
    }

    [Fact]
    public async Task Read_SeveralFiles_KeepTheirOrderAndContent()
    {
        var (body, _) = await _bench.ReadAsync(FormBench.Form(
            ("name=\"image[]\"; filename=\"a.png\"", new string('a', 100_000)),
            ("name=\"image[]\"; filename=\"b.png\"", new string('b', 10)),
            ("name=\"image[]\"; filename=\"c.png\"", new string('c', 70_001))));
        using var _ = body;

        Assert.Equal([100_000, 10, 70_001], body!.Form!.Parts.Select(part => part.Content.Length));
        Assert.Equal("a.png", body.Form.File("image")!.FileName);
        var bytes = new byte[4];
        Assert.Equal(4, body.Form.Parts[2].Content.Read(0, bytes));
        Assert.Equal("cccc"u8.ToArray(), bytes);
        Assert.Equal(1, body.Form.Parts[2].Content.Read(70_000, bytes));
        Assert.Equal(0, body.Form.Parts[2].Content.Read(99_999, bytes));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100_000)]
    [InlineData(144 * 1024)]
    public async Task Send_InBase64_IsTheFilesBase64(int bytes)
    {
        var file = new string('z', bytes);
        var (body, _) = await _bench.ReadAsync(FormBench.Form(("name=\"file\"; filename=\"a\"", file)));
        using var _ = body;
        using var sent = new MemoryStream();
        var payload = new UpstreamPayload([body!.Form!.Parts[0].Content.InBase64()], "application/json");
        using var content = new PayloadContent(payload);
        await content.CopyToAsync(sent);

        Assert.Equal(Convert.ToBase64String(Encoding.ASCII.GetBytes(file)), Encoding.ASCII.GetString(sent.ToArray()));
        Assert.Equal(sent.Length, payload.Length);
    }

    [Fact]
    public async Task Read_CutAtEveryByte_IsAnErrorAndKeepsNothing()
    {
        var whole = FormBench.Form(("name=\"model\"", "a"), ("name=\"file\"; filename=\"a\"", new string('a', 40_000)));
        for (var length = 0; length < whole.Length - 2; length++)
        {
            // In the middle of the file it is the same everywhere.
            length += length is > 300 and < 38_900 ? 997 : 0;
            var (body, error) = await _bench.ReadAsync(whole[..length]);

            Assert.True(body is null, $"cut at {length} of {whole.Length}");
            Assert.Equal((400, "invalid_request"), (error!.Status, error.Code));
            Assert.Equal(0, _bench.Spool.BytesInUse + _bench.Memory.BytesInUse);
        }
    }

    [Theory]
    [InlineData("name=\"model\"; filename=\"a\"", "model")]
    [InlineData("name=\"MODEL\"; filename=\"a\"", "MODEL")]
    [InlineData("name=\"mod\\el\"", null)]
    [InlineData("filename=\"a\"", null)]
    [InlineData("name=\"\"", null)]
    [InlineData("name=\"a\"\r\nContent-Transfer-Encoding: base64", "a")]
    [InlineData("name=\"a\"\r\nContent-Type: tëxt", "a")]
    [InlineData("name=\"a\"\r\nBad header", null)]
    public async Task Read_PartsThatCouldBeReadOtherwise_Are400(string head, string? param)
    {
        var (body, error) = await _bench.ReadAsync(FormBench.Form((head, "b")));

        Assert.Null(body);
        Assert.Equal((400, param), (error!.Status, error.Param));
    }

    [Theory]
    [InlineData("model")]
    [InlineData("stream")]
    public async Task Read_DecidingFieldTwice_Is400(string name)
    {
        var (_, error) = await _bench.ReadAsync(FormBench.Form(($"name=\"{name}\"", "true"), ($"name={name}", "true")));

        Assert.Equal((400, name), (error!.Status, error.Param));
    }

    [Theory]
    [InlineData("multipart/form-data")]
    [InlineData("multipart/form-data; boundary=")]
    [InlineData("multipart/form-data; boundary=\"\"")]
    [InlineData("multipart/form-data; boundary=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public async Task Read_WithoutABoundary_Is400(string contentType)
    {
        var (body, error) = await _bench.ReadAsync(new MemoryStream(FormBench.Form(("name=a", "b"))), contentType);

        Assert.Null(body);
        Assert.Equal(400, error!.Status);
    }

    [Fact]
    public async Task Read_TooMuchOfAnything_IsRefused()
    {
        var big = new string('a', FormReader.PartHeaderBytesMax);
        var (_, headers) = await _bench.ReadAsync(FormBench.Form(($"name=a\r\nX-A: {big}", "b")));
        var (_, manyHeaders) = await _bench.ReadAsync(FormBench.Form(
            ("name=a" + string.Concat(Enumerable.Range(0, 9).Select(i => $"\r\nX-{i}: b")), "b")));
        var (_, parts) = await _bench.ReadAsync(FormBench.Form([.. Enumerable.Range(0, 5000).Select(i => ($"name=a{i}", "b"))]));
        var (_, name) = await _bench.ReadAsync(FormBench.Form(($"name={big[..257]}", "b")));
        var (_, fields) = await _bench.ReadAsync(FormBench.Form(("name=a", new string('a', FormReader.FieldBytesMax)), ("name=b", "b")));
        var (_, whole) = await _bench.ReadAsync(FormBench.Form(("name=a; filename=a", new string('a', _bench.BytesMax))));

        Assert.All([headers, manyHeaders, parts, name, fields], error => Assert.Equal((400, "invalid_request"), (error!.Status, error.Code is "invalid_value" ? "invalid_request" : error.Code)));
        Assert.Equal((413, "request_too_large"), (whole!.Status, whole.Code));
        Assert.Equal(0, _bench.Spool.BytesInUse + _bench.Memory.BytesInUse);
    }

    [Fact]
    public async Task Read_WhenTheDiskIsTaken_Is503()
    {
        Assert.True(_bench.Spool.TryTake((8 << 20) - 100_000));
        var (body, error) = await _bench.ReadAsync(FormBench.Form(("name=a; filename=a", new string('a', 200_000))));

        Assert.Null(body);
        Assert.Equal((503, "hub_overloaded"), (error!.Status, error.Code));
        Assert.Equal((8 << 20) - 100_000, _bench.Spool.BytesInUse);
    }

    [Fact]
    public async Task Read_FileNamesThatEndTheirQuotes_StayNames()
    {
        var (body, _) = await _bench.ReadAsync(FormBench.Form(("name=\"file\"; filename=\"a\\\"; name=\\\"model\"", "b")));
        using var _ = body;

        Assert.Contains("name=\"file\"; filename=\"a%22; name=%22model\"\r\n", await FormBench.SentAsync(body!.Form!, "m"), StringComparison.Ordinal);
    }

    [Fact]
    public void NewFile_OpenOrClosed_HasNoNameOnDisk()
    {
        using var file = SpoolSpace.NewFile();
        RandomAccess.Write(file, "abc"u8, 0);
        var named = Directory.EnumerateFiles(Path.GetTempPath(), "aignehub-*").Any(path =>
        {
            try
            {
                return File.ReadAllText(path) == "abc";
            }
            catch (IOException)
            {
                // Another process's, which has just gone.
                return false;
            }
        });

        // Windows removes the name when the handle is closed.
        Assert.Equal(OperatingSystem.IsWindows(), named);
        Assert.Equal(3, RandomAccess.GetLength(file));
    }
}
