using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using AigneHub.Hub.Tests.Support;

namespace AigneHub.Hub.Tests.Media;

/// <summary>The header <c>Idempotency-Key</c> at every kind of model call; <see cref="IdempotencyTests"/> has what becomes of it in trouble.</summary>
[Collection(HubCollections.Media)]
public sealed class NamedCallTests(NamedCallVendors vendors) : IClassFixture<NamedCallVendors>
{
    /// <summary>The path and the body by what the prompt, or the like of it, says.</summary>
    private static readonly Dictionary<string, (string Path, Func<string, HttpContent> Body)> Calls = new()
    {
        ["chat"] = Json("/v1/chat/completions", """{"model":"openai/gpt-4o","messages":[{"role":"user","content":"TEXT"}]}"""),
        ["embeddings"] = Json("/v1/embeddings", """{"model":"openai/text-embedding-3-small","input":"TEXT"}"""),
        ["images"] = Json("/v1/images/generations", """{"model":"openai/gpt-image-1.5","prompt":"TEXT"}"""),
        ["image edits"] = ("/v1/images/edits", text => new MultipartFormDataContent
        {
            { new StringContent("openai/gpt-image-1.5"), "model" },
            { new ByteArrayContent(Convert.FromBase64String(MediaVendors.Png)), "image", "otter.png" },
            { new StringContent(text), "prompt" },
        }),
        ["transcription"] = ("/v1/audio/transcriptions", text =>
        {
            // Of the same length, whatever is spoken.
            var wav = AudioFiles.Wav(40_000);
            wav[^1] = (byte)text.Length;
            return AudioFiles.Form("openai/gpt-4o-transcribe", new ByteArrayContent(wav));
        }
        ),
        ["speech"] = Json("/v1/audio/speech", """{"model":"openai/tts-1","voice":"alloy","input":"TEXT"}"""),
        ["messages"] = Json("/v1/messages", """{"model":"anthropic/claude-sonnet-4-5","max_tokens":16,"messages":[{"role":"user","content":"TEXT"}]}"""),
        ["generateContent"] = Json("/v1beta/models/google/gemini-2.5-flash:generateContent", """{"contents":[{"role":"user","parts":[{"text":"TEXT"}]}]}"""),
        ["rerank"] = Json("/v2/rerank", """{"model":"cohere/rerank-named","query":"TEXT","documents":["a"]}"""),
        ["video"] = Json("/v1/videos", """{"model":"openai/sora-2","prompt":"TEXT"}"""),
        ["AIGNE chat"] = Json("/api/v2/chat", """{"input":{"messages":[{"role":"user","content":"TEXT"}],"modelOptions":{"model":"openai/gpt-4o"}}}"""),
        ["AIGNE image"] = Json("/api/v2/image", """{"input":{"prompt":"TEXT","modelOptions":{"model":"openai/gpt-image-1.5"}}}"""),
    };

    public static TheoryData<string> Names => [.. Calls.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Repeat_GetsTheSameAnswer_AndIsNeitherMadeNorBilledAgain(string call)
    {
        var name = Guid.NewGuid().ToString();
        var asked = vendors.Asked;

        using var first = await SendAsync(call, name, "An otter");
        var answer = await BytesAsync(first);
        vendors.Made.Add(IdOf(first));
        using var again = await SendAsync(call, name, "An otter");
        using var other = await SendAsync(call, name, "A hat");

        Assert.Equal(answer, await BytesAsync(again));
        Assert.Equal(call == "speech", answer.SequenceEqual(NamedCallVendors.Sound));
        Assert.Equal(first.Content.Headers.ContentType, again.Content.Headers.ContentType);
        Assert.NotNull(again.Content.Headers.ContentType);
        Assert.Equal((false, true), (IsReplayed(first), IsReplayed(again)));
        Assert.Equal(IdOf(first), IdOf(again));
        var refusal = await other.Content.ReadAsStringAsync();
        Assert.Equal((HttpStatusCode.UnprocessableEntity, asked + 1), (other.StatusCode, vendors.Asked));
        Assert.Contains("Idempotency-Key", refusal, StringComparison.Ordinal);

        var items = await Until.NotNullAsync(LinesAsync);
        Assert.Equal(vendors.Made.Order(StringComparer.Ordinal), items.Order(StringComparer.Ordinal));

        async Task<List<string>?> LinesAsync()
        {
            var page = JsonNode.Parse(await vendors.Client.GetStringAsync(new Uri("/api/me/ledger?limit=200", UriKind.Relative)))!;
            var ids = page["items"]!.AsArray().Select(line => line!["id"]!.ToString()).ToList();
            return ids.Contains(IdOf(first)) ? ids : null;
        }
    }

    private static (string Path, Func<string, HttpContent> Body) Json(string path, string body) =>
        (path, text => new StringContent(body.Replace("TEXT", text, StringComparison.Ordinal), Encoding.UTF8, "application/json"));

    private Task<HttpResponseMessage> SendAsync(string call, string name, string text)
    {
        var (path, body) = Calls[call];
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = body(text) };
        request.Headers.Add("Idempotency-Key", name);
        return vendors.Client.SendAsync(request);
    }

    private static async Task<byte[]> BytesAsync(HttpResponseMessage response)
    {
        var bytes = await response.Content.ReadAsByteArrayAsync();
        Assert.True(response.StatusCode == HttpStatusCode.OK, Encoding.UTF8.GetString(bytes));
        return bytes;
    }

    private static bool IsReplayed(HttpResponseMessage response) => response.Headers.TryGetValues("Idempotent-Replayed", out _);

    private static string IdOf(HttpResponseMessage response) => response.Headers.GetValues("x-request-id").Single();
}
