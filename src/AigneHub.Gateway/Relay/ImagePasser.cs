using System.Buffers;
using System.Text.Json;
using AigneHub.Providers;
using AigneHub.Translation.Images;

namespace AigneHub.Gateway.Relay;

/// <summary>
/// A vendor's stream with images as OpenAI's: an event for each image, written at the stream's end, when the usage is known.
/// </summary>
/// <param name="edits">They were edited, and not made anew.</param>
/// <param name="bytesMax">What they may hold together.</param>
internal sealed class ImagePasser(IImageVendor vendor, bool edits, DateTimeOffset started, long bytesMax) : IStreamPasser
{
    private readonly EventData _data = new();
    private readonly List<ReturnedImage> _images = [];
    private string? _refusal;
    private TokenUsage? _usage;
    private long _bytes;

    /// <summary>How many have come.</summary>
    public int Images => _images.Count;

    public bool IsTooLarge => _bytes > bytesMax;

    public bool IsHolding(StreamedResponse client) => _images.Count > 0;

    public void Pass(StreamedResponse client, StreamEventKind kind, ReadOnlySpan<byte> sseEvent)
    {
        if (kind == StreamEventKind.Comment || _data.Of(sseEvent) is not { Length: > 0 } data || data.SequenceEqual("[DONE]"u8))
        {
            return;
        }

        try
        {
            var reader = new Utf8JsonReader(data);
            using var document = JsonDocument.ParseValue(ref reader);
            if (vendor.ReadAnswer(document.RootElement) is { } answer)
            {
                _images.AddRange(answer.Images);
                _bytes += answer.Images.Sum(image => (long)(image.Base64?.Length ?? 0));
                _refusal = answer.Refusal ?? _refusal;
                _usage = answer.Usage ?? _usage;
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // No JSON, or no text (half a surrogate pair): nothing that could be passed on.
        }
    }

    public void EndEvent(StreamedResponse client)
    {
        // What is written here has it.
    }

    public VendorError? End(StreamedResponse client)
    {
        if (_images.Count == 0)
        {
            return VendorError.OfRefusal(_refusal ?? "The provider has answered without an image.");
        }

        var output = new ArrayBufferWriter<byte>(1024);
        ImageAnswerWriter.WriteEvents(new ImageAnswer(_images, null, _usage), edits, started, output);
        client.Write(output.WrittenSpan);
        return null;
    }
}
