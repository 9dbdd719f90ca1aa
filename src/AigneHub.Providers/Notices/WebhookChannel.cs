using System.Buffers;
using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AigneHub.Core.Notices;
using AigneHub.Core.Pricing;
using AigneHub.Providers.Upstream;

namespace AigneHub.Providers.Notices;

/// <summary>
/// Posts notices as Standard Webhooks: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md.
/// The address is judged as that of a provider added at run time (<see cref="OutboundGuard"/>); redirects are not followed.
/// </summary>
public sealed class WebhookChannel : INoticeChannel, IDisposable
{
    private const string SecretPrefix = "whsec_";
    private static readonly TimeSpan AnswerMax = TimeSpan.FromSeconds(15);
    private readonly HttpMessageInvoker _network;
    private readonly Uri _url;
    private readonly byte[] _secret;
    private readonly TimeProvider _time;

    /// <param name="options">As <see cref="WhatIsWrong"/> has found nothing wrong with.</param>
    public WebhookChannel(NotificationOptions options, UpstreamOptions upstream, TimeProvider time)
    {
        (_url, _secret, _time) = (new Uri(options.WebhookUrl), SecretOf(options.WebhookSecret)!, time);
        var guard = new OutboundGuard(fromSettings: false, upstream.PrivateNetworks);
        _network = new HttpMessageInvoker(new OutboundHandler(UpstreamClient.HandlerOf(upstream), guard));
    }

    public string Name => "webhook";

    /// <summary>A sentence that names the setting, or null.</summary>
    public static string? WhatIsWrong(NotificationOptions options, UpstreamOptions upstream) =>
        options.WebhookUrl.Length == 0 ? null
        : !Uri.TryCreate(options.WebhookUrl, UriKind.Absolute, out var url)
            || OutboundGuard.WhatIsWrong(url, upstream.PrivateNetworks) is not null
            ? "AigneHub__Notifications__WebhookUrl must be an https address on the internet (see AigneHub__Upstream__PrivateNetworks)."
        : SecretOf(options.WebhookSecret) is null
            ? "AigneHub__Notifications__WebhookSecret must be whsec_ and 24 to 64 bytes in Base64."
        : null;

    public async Task<string?> SendAsync(NoticeMessage message, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(AnswerMax, _time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        var body = BodyOf(message);
        var seconds = _time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        using var request = new HttpRequestMessage(HttpMethod.Post, _url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("webhook-id", message.Notice.Id);
        request.Headers.Add("webhook-timestamp", seconds);
        request.Headers.Add("webhook-signature", "v1," + Sign(message.Notice.Id, seconds, body));
        try
        {
            using var response = await _network.SendAsync(request, stop.Token);
            return response.IsSuccessStatusCode
                ? null
                : string.Create(CultureInfo.InvariantCulture, $"It answered with status {(int)response.StatusCode}.");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return "It did not answer in time.";
        }
    }

    public void Dispose() => _network.Dispose();

    private static byte[]? SecretOf(string text)
    {
        var bytes = new byte[text.Length];
        return text.StartsWith(SecretPrefix, StringComparison.Ordinal)
            && Convert.TryFromBase64String(text[SecretPrefix.Length..], bytes, out var length) && length is >= 24 and <= 64
            ? bytes[..length]
            : null;
    }

    private string Sign(string id, string seconds, byte[] body)
    {
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{id}.{seconds}."), .. body];
        return Convert.ToBase64String(HMACSHA256.HashData(_secret, signed));
    }

    private static byte[] BodyOf(NoticeMessage message)
    {
        var notice = message.Notice;
        var body = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(body);
        json.WriteStartObject();
        json.WriteString("id", notice.Id);
        json.WriteString("type", notice.Type);
        json.WriteString("purse", notice.Purse.Value);
        json.WriteString("owner", message.Owner);
        json.WriteString("unit", notice.UnitName);
        if (notice.Percent is { } percent)
        {
            json.WriteNumber("percent", percent);
        }

        if (notice.Type != NoticeRecord.BalanceRefused)
        {
            json.WriteString("limit", Nano.ToDecimalString(notice.Limit));
        }

        json.WriteString(notice.IsOfBudget ? "spent" : "balance", Nano.ToDecimalString(notice.Amount));
        if (notice.PeriodEnd is { } end)
        {
            json.WriteString("periodEnd", end.UtcDateTime);
        }

        json.WriteString("at", notice.At.UtcDateTime);
        json.WriteEndObject();
        json.Flush();
        return body.WrittenSpan.ToArray();
    }
}
