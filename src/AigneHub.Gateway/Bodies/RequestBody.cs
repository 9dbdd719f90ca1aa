using System.Buffers;
using AigneHub.Core;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Gateway.Bodies;

/// <summary>A request's body in pooled memory, counted against <see cref="BodyMemory"/> until disposed.</summary>
internal sealed class RequestBody : IDisposable
{
    private const int FirstBytes = 16 * 1024;

    /// <summary>Held for a length that is only declared: who declares much and sends little must not keep others out.</summary>
    private const int UnseenBytesMax = 64 * 1024;

    private readonly BodyMemory _memory;
    private byte[] _buffer = [];
    private int _length;
    private long _taken;

    private RequestBody(BodyMemory memory) => _memory = memory;

    public ReadOnlyMemory<byte> Bytes => _buffer.AsMemory(0, _length);

    /// <summary>Exactly one of the results is null. Errors: 413 too large, 503 memory bound reached, 400/408 broken or too slow.</summary>
    public static async ValueTask<(RequestBody? Body, HubError? Error)> ReadAsync(
        HttpRequest request, BodyMemory memory, int bytesMax, CancellationToken cancellationToken)
    {
        var declared = request.ContentLength;
        if (declared > bytesMax)
        {
            return (null, TooLarge(bytesMax));
        }

        var body = new RequestBody(memory);
        HubError? error;
        try
        {
            error = await body.FillAsync(request.Body, (int?)declared ?? FirstBytes, bytesMax, cancellationToken);
        }
        catch (IOException e)
        {
            // Kestrel says what is wrong with a body by BadHttpRequestException, but for a chunk's size beyond all numbers.
            var status = (e as BadHttpRequestException)?.StatusCode ?? StatusCodes.Status400BadRequest;
            error = status == StatusCodes.Status413PayloadTooLarge
                ? TooLarge(bytesMax)
                : new HubError(
                    status, "invalid_request", Blame.Caller,
                    "The request body could not be read: it is incomplete, malformed or came too slowly.");
        }
        catch
        {
            body.Dispose();
            throw;
        }

        if (error is null)
        {
            return (body, null);
        }

        body.Dispose();
        return (null, error);
    }

    public void Dispose()
    {
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
        }

        _memory.Release(_taken);
        _taken = 0;
        _length = 0;
    }

    private async ValueTask<HubError?> FillAsync(Stream stream, int expected, int bytesMax, CancellationToken cancellationToken)
    {
        // One byte more than expected, so that the read that finds the end needs no growing.
        var error = Grow(Math.Min(expected, UnseenBytesMax) + 1);
        while (error is null)
        {
            var read = await stream.ReadAsync(_buffer.AsMemory(_length), cancellationToken);
            if (read == 0)
            {
                return null;
            }

            _length += read;
            if (_length > bytesMax)
            {
                return TooLarge(bytesMax);
            }

            if (_length == _buffer.Length)
            {
                error = Grow((int)Math.Min(Math.Max(_length * 2L, expected + 1L), bytesMax + 1L));
            }
        }

        return error;
    }

    private HubError? Grow(int bytes)
    {
        if (!_memory.TryTake(bytes - _taken))
        {
            return BodyMemory.Overloaded;
        }

        _taken = bytes;
        var larger = ArrayPool<byte>.Shared.Rent(bytes);
        _buffer.AsSpan(0, _length).CopyTo(larger);
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
        }

        _buffer = larger;
        return null;
    }

    private static HubError TooLarge(int bytesMax) => new(
        413, "request_too_large", Blame.Caller,
        $"The request body is larger than the {bytesMax / (1024.0 * 1024):0.##} MiB that this API takes.");
}
