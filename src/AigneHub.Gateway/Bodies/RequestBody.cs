using System.Buffers;
using AigneHub.Core;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Gateway.Bodies;

/// <summary>
/// A request's body: its members as one JSON document in pooled memory, counted against <see cref="BodyMemory"/> until
/// disposed, whether they came as such or as the fields of a form.
/// </summary>
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

    /// <summary>A JSON document: of a body that is none by itself the fields, as an object.</summary>
    public ReadOnlyMemory<byte> Bytes => _buffer.AsMemory(0, _length);

    /// <summary>The parts of a form, files included; null for a body that came as JSON.</summary>
    public RequestForm? Form { get; private set; }

    /// <summary>A form's body, which owns the form from now on. Exactly one of the results is null. Error: 503.</summary>
    public static (RequestBody? Body, HubError? Error) OfForm(RequestForm form, ReadOnlySpan<byte> fields, BodyMemory memory)
    {
        var body = new RequestBody(memory) { Form = form };
        if (body.Grow(fields.Length) is { } error)
        {
            body.Dispose();
            return (null, error);
        }

        fields.CopyTo(body._buffer);
        body._length = fields.Length;
        return (body, null);
    }

    /// <summary>Exactly one of the results is null. Errors: 413 too large, 503 memory bound reached, 400/408 broken or too slow.</summary>
    public static async ValueTask<(RequestBody? Body, HubError? Error)> ReadAsync(
        HttpRequest request, BodyMemory memory, int bytesMax, CancellationToken cancellationToken)
    {
        var declared = request.ContentLength;
        if (declared > bytesMax)
        {
            return (null, BodyErrors.TooLarge(bytesMax));
        }

        var body = new RequestBody(memory);
        HubError? error;
        try
        {
            error = await body.FillAsync(request.Body, (int?)declared ?? FirstBytes, bytesMax, cancellationToken);
        }
        catch (IOException e)
        {
            error = BodyErrors.Unreadable(e, bytesMax);
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

    /// <summary>Puts the same request in another form in its place, which takes about as much memory.</summary>
    /// <param name="form">Is the body's from now on; null: a document alone.</param>
    public void Replace(byte[] bytes, RequestForm? form = null)
    {
        Form = form;
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = ArrayPool<byte>.Shared.Rent(bytes.Length);
        bytes.CopyTo(_buffer, 0);
        _length = bytes.Length;
    }

    public void Dispose()
    {
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
        }

        Form?.Dispose();
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
                return BodyErrors.TooLarge(bytesMax);
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
            return BodyErrors.Overloaded;
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
}
