using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using AigneHub.Hub.Tests.Support;

namespace AigneHub.Hub.Tests.Hostile;

/// <summary>Bodies that are not what they should be.</summary>
[Collection(HubCollections.Hostile)]
public sealed class BodyTests(HostileHub hostile) : IClassFixture<HostileHub>
{
    private const string Json = "application/json";
    private const string Messages = "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]";

    /// <summary>Case → body, content type, expected status.</summary>
    private static readonly Dictionary<string, (byte[] Body, string? Type, int Status)> ChatCases = new()
    {
        ["empty"] = ([], Json, 400),
        ["not JSON"] = (Utf8("hello"), Json, 400),
        ["form"] = (Utf8("model=sim/chat"), "application/x-www-form-urlencoded", 415),
        ["no content type"] = (Utf8(HostileHub.Chat), null, 415),
        ["content type of nonsense"] = (Utf8(HostileHub.Chat), "application/;;json,\"", 415),
        ["content type with a parameter"] = (Utf8(HostileHub.Chat), "Application/JSON; charset=\"utf-8\"", 200),
        ["UTF-16"] = (Encoding.Unicode.GetBytes(HostileHub.Chat), "application/json; charset=utf-16", 400),
        ["gzip"] = ([0x1F, 0x8B, 8, 0, 0, 0, 0, 0], Json, 400),
        ["number"] = (Utf8("1"), Json, 400),
        ["string"] = (Utf8("\"model\""), Json, 400),
        ["null"] = (Utf8("null"), Json, 400),
        ["array"] = (Utf8("[" + HostileHub.Chat + "]"), Json, 400),
        ["two documents"] = (Utf8(HostileHub.Chat + HostileHub.Chat), Json, 400),
        ["comment"] = (Utf8("/*x*/" + HostileHub.Chat), Json, 400),
        ["trailing comma"] = (Utf8(HostileHub.Chat[..^1] + ",}"), Json, 400),
        ["cut"] = (Utf8(HostileHub.Chat[..^1]), Json, 400),
        ["NaN"] = (With("\"n\":NaN"), Json, 400),
        ["64 deep"] = (With($"\"x\":{Nested(63)}"), Json, 200),
        ["65 deep"] = (With($"\"x\":{Nested(64)}"), Json, 400),
        ["very deep"] = (With($"\"x\":{new string('[', 100_000)}"), Json, 400),
        ["model twice"] = (With("\"model\":\"sim/chat\""), Json, 400),
        ["model twice, escaped"] = (With("\"mod\\u0065l\":\"sim/chat\""), Json, 400),
        ["unknown name twice, escaped"] = (With("\"a\":1,\"\\u0061\":2"), Json, 400),
        ["include_usage twice"] = (With("\"stream_options\":{\"include_usage\":true,\"include_\\u0075sage\":true}"), Json, 400),
        ["invalid UTF-8"] = ([.. Utf8(HostileHub.Chat[..^2]), 0xC3, .. Utf8(HostileHub.Chat[^2..])], Json, 400),
        ["overlong UTF-8"] = ([.. Utf8("{\"model\":\""), 0xC0, 0xAF, .. Utf8("\"," + Messages + "}")], Json, 400),
        ["surrogate in UTF-8"] = ([.. Utf8("{\"model\":\""), 0xED, 0xA0, 0x80, .. Utf8("\"," + Messages + "}")], Json, 400),
        ["byte-order mark"] = ([0xEF, 0xBB, 0xBF, .. Utf8(HostileHub.Chat)], Json, 400),
        ["NUL before"] = ([0, .. Utf8(HostileHub.Chat)], Json, 400),
        ["NUL behind"] = ([.. Utf8(HostileHub.Chat), 0], Json, 400),
        ["NUL in a string"] = (With("\"x\":\"\0\""), Json, 400),
        ["NUL in the model, escaped"] = (Utf8("{\"model\":\"sim/chat\\u0000\"," + Messages + "}"), Json, 404),
        ["half a surrogate pair as the model"] = (Utf8("{\"model\":\"\\ud800\"," + Messages + "}"), Json, 400),
        ["half a surrogate pair as a name"] = (With("\"\\ud800\":1"), Json, 400),
        ["half a surrogate pair as a name, twice"] = (With("\"\\ud800\":1,\"\\ud800\":2"), Json, 400),
        ["half a surrogate pair as a name within"] = (With("\"x\":{\"\\ud800\":1}"), Json, 200),
        ["half a surrogate pair in stream_options"] = (With("\"stream_options\":{\"include_usag\\ud800\":1}"), Json, 400),
        ["half a surrogate pair in a message"] = (Utf8("{\"model\":\"sim/chat-fast\",\"messages\":[{\"role\":\"user\",\"\\ud800\":\"x\"}]}"), Json, 400),
        ["model a number"] = (Utf8("{\"model\":1," + Messages + "}"), Json, 400),
        ["model an object"] = (Utf8("{\"model\":{}," + Messages + "}"), Json, 400),
        ["model null"] = (Utf8("{\"model\":null," + Messages + "}"), Json, 400),
        ["model of 100 KB"] = (Utf8("{\"model\":\"" + new string('m', 100_000) + "\"," + Messages + "}"), Json, 400),
        ["model of 256 characters"] = (Utf8("{\"model\":\"" + new string('m', 256) + "\"," + Messages + "}"), Json, 404),
        ["model a path"] = (Utf8("{\"model\":\"sim/../../admin\"," + Messages + "}"), Json, 404),
        ["model with line ends"] = (Utf8("{\"model\":\"sim/chat\\r\\nx: y\"," + Messages + "}"), Json, 404),
        ["model of an unknown provider"] = (Utf8("{\"model\":\"http://169.254.169.254/x\"," + Messages + "}"), Json, 404),
        ["messages null"] = (Utf8("{\"model\":\"sim/chat-fast\",\"messages\":null}"), Json, 400),
        ["messages a string"] = (Utf8("{\"model\":\"sim/chat-fast\",\"messages\":\"hi\"}"), Json, 400),
        ["messages of numbers"] = (Utf8("{\"model\":\"sim/chat-fast\",\"messages\":[1]}"), Json, 400),
        ["stream a string"] = (With("\"stream\":\"true\""), Json, 400),
        ["stream_options a number"] = (With("\"stream_options\":1"), Json, 400),
        ["257 names"] = (With(string.Join(',', Enumerable.Range(0, 255).Select(i => $"\"n{i}\":0"))), Json, 400),
        ["name of 100 KB"] = (With($"\"{new string('n', 100_000)}\":1"), Json, 400),
        ["number of 100 KB"] = (With($"\"x\":{new string('9', 100_000)}"), Json, 200),
        ["foreign base URL"] = (With("\"api_base\":\"http://169.254.169.254/\",\"base_url\":\"http://[::ffff:7f00:1]/\""), Json, 200),
    };

    /// <summary>Case → body of <c>POST /api/admin/keys</c>, expected status.</summary>
    private static readonly Dictionary<string, (byte[] Body, int Status)> KeyCases = new()
    {
        ["empty"] = ([], 400),
        ["null"] = (Utf8("null"), 400),
        ["array"] = (Utf8("[]"), 400),
        ["deep"] = (Utf8("{\"name\":" + new string('[', 100_000)), 400),
        ["byte-order mark"] = ([0xEF, 0xBB, 0xBF, .. Utf8("{\"name\":\"x\"}")], 400),
        ["invalid UTF-8"] = ([.. Utf8("{\"name\":\""), 0xC3, .. Utf8("\"}")], 400),
        ["half a surrogate pair as the name"] = (Utf8("{\"name\":\"\\ud800\"}"), 400),
        ["half a surrogate pair as a member"] = (Utf8("{\"name\":\"x\",\"\\ud800\":1}"), 400),
        ["name twice"] = (Utf8("{\"name\":\"x\",\"n\\u0061me\":\"y\"}"), 400),
        ["NUL"] = (Utf8("{\"name\":\"\\u0000\"}"), 400),
        ["role a number"] = (Utf8("{\"name\":\"x\",\"role\":1}"), 400),
        ["roles joined"] = (Utf8("{\"name\":\"x\",\"role\":\"member, administrator\"}"), 400),
        ["models null within"] = (Utf8("{\"name\":\"x\",\"models\":[null]}"), 400),
        ["models with a line end"] = (Utf8("{\"name\":\"x\",\"models\":[\"sim/chat\\n*\"]}"), 400),
        ["models with half a surrogate pair"] = (Utf8("{\"name\":\"x\",\"models\":[\"\\ud800\"]}"), 400),
        ["expiry before time began"] = (Utf8("{\"name\":\"x\",\"expiresAt\":\"0001-01-01T00:00:00+14:00\"}"), 400),
        ["expiry at the end of time"] = (Utf8("{\"name\":\"x\",\"expiresAt\":\"9999-12-31T23:59:59.9999999Z\"}"), 201),
        ["expiry after the end of time"] = (Utf8("{\"name\":\"x\",\"expiresAt\":\"9999-12-31T23:59:59-14:00\"}"), 400),
        ["too large"] = (Utf8("{\"name\":\"" + new string('x', 300_000) + "\"}"), 413),
    };

    public static TheoryData<string> ChatNames => [.. ChatCases.Keys];

    public static TheoryData<string> KeyNames => [.. KeyCases.Keys];

    [Theory]
    [MemberData(nameof(ChatNames))]
    public async Task Chat_AnyBody_GetsTheRightAnswer(string name)
    {
        var (body, type, status) = ChatCases[name];

        using var response = await PostAsync("/v1/chat/completions", body, type);

        var text = await response.Content.ReadAsStringAsync();
        Assert.True(status == (int)response.StatusCode, $"{(int)response.StatusCode} instead of {status}: {text}");
        if (status != 200)
        {
            Assert.NotEmpty(JsonNode.Parse(text)!["error"]!["message"]!.GetValue<string>());
        }

        await hostile.UnharmedAsync();
    }

    [Theory]
    [MemberData(nameof(KeyNames))]
    public async Task CreateKey_AnyBody_GetsTheRightAnswer(string name)
    {
        var (body, status) = KeyCases[name];

        using var response = await PostAsync("/api/admin/keys", body, Json);

        var text = await response.Content.ReadAsStringAsync();
        Assert.True(status == (int)response.StatusCode, $"{(int)response.StatusCode} instead of {status}: {text}");
        if (status != 201)
        {
            Assert.Equal(status, (await response.Content.ReadFromJsonAsync<JsonNode>())!["status"]!.GetValue<int>());
        }

        await hostile.UnharmedAsync();
    }

    /// <summary>Names are compared with one another: many long ones, all alike but escaped, must not take long.</summary>
    [Fact]
    public async Task Chat_ManyEscapedNames_AreRefusedOrServedQuickly()
    {
        var members = Enumerable.Range(0, 250).Select(i => $"\"\\u0061{new string('x', 200)}{i:D3}\":0");
        var body = With(string.Join(',', members));
        var started = TimeProvider.System.GetTimestamp();

        for (var i = 0; i < 10; i++)
        {
            using var response = await PostAsync("/v1/chat/completions", body, Json);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        Assert.InRange(TimeProvider.System.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(10));
        await hostile.UnharmedAsync();
    }

    private async Task<HttpResponseMessage> PostAsync(string path, byte[] body, string? type)
    {
        using var content = new ByteArrayContent(body);
        if (type is not null)
        {
            content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("*/*"));
        return await hostile.Hub.Client.SendAsync(request);
    }

    private static byte[] With(string members) => Utf8(HostileHub.Chat[..^1] + "," + members + "}");

    private static string Nested(int arrays) => new string('[', arrays) + new string(']', arrays);

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
