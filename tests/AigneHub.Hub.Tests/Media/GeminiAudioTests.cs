using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using AigneHub.Hub.Tests.Support;

namespace AigneHub.Hub.Tests.Media;

/// <summary>OpenAI's audio calls, answered by Gemini models.</summary>
[Collection(HubCollections.Media)]
public sealed class GeminiAudioTests(AzuriteFixture azurite)
{
    [Theory]
    [InlineData("transcriptions", "json", "application/json")]
    [InlineData("translations", "text", "text/plain")]
    public async Task Recording_IsHeardByGemini(string operation, string format, string contentType)
    {
        await using var vendors = await AudioVendors.StartAsync();
        await using var hub = await TestHub.StartAsync(azurite, settings: vendors.Settings);
        var audio = Enumerable.Range(0, 100_000).Select(i => (byte)i).ToArray();

        using var response = await hub.Client.PostAsync(new Uri($"/v1/audio/{operation}", UriKind.Relative), Form(
            audio, ("model", "google/gemini-2.5-flash"), ("response_format", format), ("language", "de"), ("prompt", "Say \"Jupiter\""),
            ("temperature", "0.5"), ("include[]", "logprobs"), ("stream", "true")));

        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        Assert.Equal(contentType, response.Content.Headers.ContentType!.MediaType);
        Assert.Equal("dropped include", response.Headers.GetValues("x-hub-warnings").Single());
        Assert.Equal(
            format == "text"
                ? "Good day.\n"
                : """{"text":"Good day.","usage":{"type":"tokens","input_tokens":120,"input_token_details":{"text_tokens":24,"audio_tokens":96},"output_tokens":10,"total_tokens":130}}""",
            text);

        var sent = vendors.Calls.Single();
        var parts = sent.Body!["contents"]![0]!["parts"]!;
        Assert.Equal("AIza-google-0123456789", sent.Headers["x-goog-api-key"]);
        Assert.Equal("audio/wav", parts[0]!["inlineData"]!["mimeType"]!.ToString());
        Assert.Equal(audio, Convert.FromBase64String(parts[0]!["inlineData"]!["data"]!.ToString()));
        Assert.Contains(operation == "translations" ? "into English" : "Transcribe", parts[1]!["text"]!.ToString(), StringComparison.Ordinal);
        Assert.Contains("Say \"Jupiter\"", parts[1]!["text"]!.ToString(), StringComparison.Ordinal);
        Assert.Equal(0.5, sent.Body["generationConfig"]!["temperature"]!.GetValue<double>());

        // 24 × 0.3 + 96 × 1 + 10 × 2.5 USD per million.
        var line = await hub.LedgerLineAsync(response.Headers.GetValues("x-request-id").Single());
        Assert.Equal(("0.0001282", false), (line["cost"]!.ToString(), line["estimated"]!.GetValue<bool>()));
    }

    [Theory]
    [InlineData("wav", "audio/wav", 48)]
    [InlineData("pcm", "audio/pcm", 4)]
    public async Task Text_IsSpokenByGemini(string format, string contentType, int bytes)
    {
        await using var vendors = await AudioVendors.StartAsync();
        await using var hub = await TestHub.StartAsync(azurite, settings: vendors.Settings);

        using var response = await SpeakAsync(hub, $$"""{"model":"google/gemini-2.5-flash-tts","input":"Hello","voice":"Kore","instructions":"Softly","response_format":"{{format}}"}""");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(contentType, response.Content.Headers.ContentType!.MediaType);
        var audio = await response.Content.ReadAsByteArrayAsync();
        Assert.Equal(bytes, audio.Length);
        Assert.Equal(new byte[] { 0, 1, 2, 3 }, audio[^4..]);
        Assert.Equal(
            """{"contents":[{"role":"user","parts":[{"text":"Softly:\nHello"}]}],"generationConfig":{"responseModalities":["AUDIO"],"speechConfig":{"voiceConfig":{"prebuiltVoiceConfig":{"voiceName":"Kore"}}}}}""",
            vendors.Calls.Single().Body!.ToJsonString());

        // 6 × 0.5 + 50 × 10 USD per million.
        var line = await hub.LedgerLineAsync(response.Headers.GetValues("x-request-id").Single());
        Assert.Equal(("0.000503", "audio_output"), (line["cost"]!.ToString(), line["lines"]![1]!["kind"]!.ToString()));
    }

    [Theory]
    [InlineData("response_format", "srt", "response_format")]
    [InlineData("response_format", "verbose_json", "response_format")]
    [InlineData("timestamp_granularities[]", "word", "timestamp_granularities")]
    [InlineData("temperature", "warm", "temperature")]
    [InlineData("temperature", "NaN", "temperature")]
    public async Task Recording_WhatGeminiCannotDo_IsA400(string name, string value, string param)
    {
        await using var vendors = await AudioVendors.StartAsync();
        await using var hub = await TestHub.StartAsync(azurite, settings: vendors.Settings);

        using var response = await hub.Client.PostAsync(
            new Uri("/v1/audio/transcriptions", UriKind.Relative), Form([1], ("model", "google/gemini-2.5-flash"), (name, value)));

        await AssertRefusedAsync(response, param);
        Assert.Empty(vendors.Calls);
    }

    [Theory]
    [InlineData("""{"model":"google/gemini-2.5-flash-tts","input":"Hello","voice":"Kore"}""", "response_format")]
    [InlineData("""{"model":"google/gemini-2.5-flash-tts","input":"Hello","voice":"Kore","response_format":"mp3"}""", "response_format")]
    [InlineData("""{"model":"google/gemini-2.5-flash-tts","input":"Hello","voice":"Kore","response_format":"wav","stream_format":"sse"}""", "stream_format")]
    [InlineData("""{"model":"google/gemini-2.5-flash-tts","input":["Hello"],"voice":"Kore","response_format":"wav"}""", "input")]
    [InlineData("""{"model":"google/gemini-2.5-flash-tts","input":"Hello","voice":{"id":"x"},"response_format":"wav"}""", "voice")]
    [InlineData("""{"model":"google/gemini-2.5-flash","input":"Hello","voice":"Kore","response_format":"wav"}""", "model")]
    public async Task Text_WhatGeminiCannotDo_IsA400(string body, string param)
    {
        await using var vendors = await AudioVendors.StartAsync();
        await using var hub = await TestHub.StartAsync(azurite, settings: vendors.Settings);

        using var response = await SpeakAsync(hub, body);

        await AssertRefusedAsync(response, param);
        Assert.Empty(vendors.Calls);
    }

    private static async Task AssertRefusedAsync(HttpResponseMessage response, string param)
    {
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(param, JsonNode.Parse(await response.Content.ReadAsStringAsync())!["error"]!["param"]!.ToString());
    }

    private static Task<HttpResponseMessage> SpeakAsync(TestHub hub, string body) => hub.Client.PostAsync(
        new Uri("/v1/audio/speech", UriKind.Relative), new StringContent(body, Encoding.UTF8, "application/json"));

    private static MultipartFormDataContent Form(byte[] audio, params (string Name, string Value)[] fields)
    {
        var form = new MultipartFormDataContent();
        var file = new ByteArrayContent(audio);
        file.Headers.ContentType = new MediaTypeHeaderValue("audio/x-wav");
        form.Add(file, "file", "a.wav");
        foreach (var (name, value) in fields)
        {
            form.Add(new StringContent(value), name);
        }

        return form;
    }
}
