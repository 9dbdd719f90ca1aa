using System.Globalization;
using System.Net;
using AigneHub.Core.Routing;
using AigneHub.Providers.Bedrock;
using AigneHub.Wire.Sse;

namespace AigneHub.Providers.Upstream;

/// <summary>A vendor's answer: its status and headers are in, its body is read through <see cref="Body"/>.</summary>
public sealed class UpstreamResponse : IDisposable
{
    private static readonly TimeSpan RetryAfterMax = TimeSpan.FromDays(1);

    private readonly HttpResponseMessage _message;
    private readonly TimeProvider _time;

    /// <param name="stop">What the answer was waited for with; the body's from now on.</param>
    internal UpstreamResponse(
        HttpResponseMessage message, Stream body, CancellationTokenSource stop, Dialect dialect, UpstreamOptions options,
        TimeProvider time)
    {
        _message = message;
        _time = time;
        Status = (int)message.StatusCode;
        MediaType = message.Content.Headers.ContentType?.MediaType;
        if (dialect is Dialect.BedrockAnthropic or Dialect.BedrockConverse or Dialect.BedrockRerank)
        {
            Status = BedrockErrors.StatusOf(Status, Header(BedrockErrors.TypeHeader));
            if (BedrockStream.ContentType.Equals(MediaType, StringComparison.OrdinalIgnoreCase))
            {
                body = new BedrockStream(body, options.EventBytesMax);
                MediaType = SseText.ContentType;
            }
        }

        Body = new UpstreamBody(body, TimeSpan.FromSeconds(options.IdleSeconds), stop);
    }

    /// <summary>The vendor's; where a dialect has statuses that mislead, the one that says the same.</summary>
    public int Status { get; }

    public bool IsSuccess => _message.IsSuccessStatusCode;

    /// <summary>
    /// The media type of <see cref="Body"/> without parameters, e.g. <c>text/event-stream</c>, which other framings of a
    /// stream are turned into; null when none was sent.
    /// </summary>
    public string? MediaType { get; }

    /// <summary>The header's whole value, parameters included, of an answer that is no stream of events; null when none was sent.</summary>
    public string? ContentType => _message.Content.Headers.ContentType?.ToString();

    /// <summary>In bytes; null when it was not sent.</summary>
    public long? ContentLength => _message.Content.Headers.ContentLength;

    public UpstreamBody Body { get; }

    /// <summary>
    /// When a repeat may succeed: <c>Retry-After</c> (RFC 9110, section 10.2.3, seconds or date) or the more precise
    /// <c>retry-after-ms</c> of OpenAI; of a rate limit without them what <see cref="RateLimitReset"/> finds. Zero to a day.
    /// </summary>
    public TimeSpan? RetryAfter
    {
        get
        {
            if (long.TryParse(Header("retry-after-ms"), NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
                && milliseconds < int.MaxValue)
            {
                return Bounded(TimeSpan.FromMilliseconds(milliseconds));
            }

            var value = _message.Headers.RetryAfter;
            var wait = value?.Delta ?? value?.Date - _time.GetUtcNow();
            if (wait is null && _message.StatusCode == HttpStatusCode.TooManyRequests)
            {
                return RateLimitReset.Of(Header, _time.GetUtcNow());
            }

            return wait is { } named ? Bounded(named) : null;
        }
    }

    /// <summary>The first value of a header of the answer or its content; null when it was not sent.</summary>
    public string? Header(string name)
    {
        if (_message.Headers.NonValidated.TryGetValues(name, out var values)
            || _message.Content.Headers.NonValidated.TryGetValues(name, out values))
        {
            foreach (var value in values)
            {
                return value;
            }
        }

        return null;
    }

    private static TimeSpan Bounded(TimeSpan wait) => wait < TimeSpan.Zero ? TimeSpan.Zero : wait > RetryAfterMax ? RetryAfterMax : wait;

    public void Dispose()
    {
        Body.Dispose();
        _message.Dispose();
    }
}
