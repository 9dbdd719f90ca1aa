using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using AigneHub.Hub.Tests.Support;

namespace AigneHub.Hub.Tests.Crashes;

/// <summary>Calls one gateway and keeps book of what it got.</summary>
internal sealed class CallClient : IDisposable
{
    private readonly HttpClient _http;

    /// <param name="key">The administrator's when absent.</param>
    public CallClient(HubProcess gateway, string? key = null)
    {
        _http = new HttpClient(new SocketsHttpHandler { Expect100ContinueTimeout = TimeSpan.FromSeconds(60) })
        {
            BaseAddress = gateway.Address,
            Timeout = TimeSpan.FromSeconds(60),
        };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key ?? gateway.Key);
    }

    /// <summary>Makes one call to its end; a broken connection is an entry in the record.</summary>
    /// <param name="onAdmitted">Called when the hub has let the caller in and asks for the body.</param>
    public async Task<CallRecord> CallAsync(CallShape shape, Action? onAdmitted = null)
    {
        var record = new CallRecord { StartedAt = Stopwatch.GetTimestamp() };
        try
        {
            await CallAsync(shape, record, onAdmitted);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            record.Broken = e;
        }

        record.EndedAt = Stopwatch.GetTimestamp();
        return record;
    }

    public void Dispose() => _http.Dispose();

    private async Task CallAsync(CallShape shape, CallRecord record, Action? onAdmitted)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions")
        {
            Content = new Body(shape.Body(), onAdmitted),
        };
        request.Headers.ExpectContinue = onAdmitted is not null;
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        record.RequestId = response.Headers.GetValues("x-request-id").Single();
        record.Status = (int)response.StatusCode;
        record.HasRetryAfter = response.Headers.RetryAfter is not null;
        if (response.StatusCode != HttpStatusCode.OK)
        {
            var refused = JsonNode.Parse(await response.Content.ReadAsStringAsync());
            record.ErrorCode = refused?["error"]?["code"]?.GetValue<string>();
            return;
        }

        var whole = shape.Stream
            ? await ReadStreamAsync(response, record)
            : ReadUsage(JsonNode.Parse(await response.Content.ReadAsStringAsync())!["usage"]!, record);
        if (whole)
        {
            record.FinishedAt = Stopwatch.GetTimestamp();
        }
    }

    /// <summary>True when the stream was whole: <c>[DONE]</c>, then the connection's proper end.</summary>
    private static async Task<bool> ReadStreamAsync(HttpResponseMessage response, CallRecord record)
    {
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        var done = false;
        long pieces = 0;
        while (await reader.ReadLineAsync() is { } line)
        {
            done |= line == "data: [DONE]";
            if (line.Contains("\"usage\":{", StringComparison.Ordinal))
            {
                ReadUsage(JsonNode.Parse(line["data: ".Length..])!["usage"]!, record);
            }
            else if (line.Contains("\"delta\":{\"content\":\"", StringComparison.Ordinal))
            {
                pieces++;
            }
        }

        Assert.True(!done || record.Input is null || record.Output == pieces, "The usage counts the pieces.");
        record.Output = pieces;
        return done;
    }

    private static bool ReadUsage(JsonNode usage, CallRecord record)
    {
        record.Input = usage["prompt_tokens"]!.GetValue<long>();
        record.Output = usage["completion_tokens"]!.GetValue<long>();
        return true;
    }

    /// <summary>A request body that tells when it is asked for.</summary>
    private sealed class Body : HttpContent
    {
        private readonly byte[] _json;
        private readonly Action? _onAsked;

        public Body(string json, Action? onAsked)
        {
            _json = Encoding.UTF8.GetBytes(json);
            _onAsked = onAsked;
            Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            _onAsked?.Invoke();
            await stream.WriteAsync(_json);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = _json.Length;
            return true;
        }
    }
}
