using System.Buffers;
using System.Text.Unicode;
using AigneHub.Core;
using AigneHub.Providers.Upstream;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace AigneHub.Gateway.Bodies;

/// <summary>
/// Reads a <c>multipart/form-data</c> body (<see href="https://www.rfc-editor.org/rfc/rfc7578"/>) once, to its end, whatever the
/// order of its parts: clients often send the file before the model's name. Files go to disk as they come.
/// </summary>
internal sealed class FormReader(BodyMemory memory, SpoolSpace spool, long bytesMax) : IDisposable
{
    public const int PartsMax = 128;

    /// <summary>Of all fields together; files count against the whole body alone.</summary>
    public const int FieldBytesMax = 1024 * 1024;

    public const int PartHeadersMax = 8;
    public const int PartHeaderBytesMax = 4 * 1024;
    public const int FileNameCharsMax = 1024;
    private const int ContentTypeCharsMax = 256;

    // https://www.rfc-editor.org/rfc/rfc2046#section-5.1.1
    private const int BoundaryCharsMax = 70;

    /// <summary>A file below this size stays in memory.</summary>
    private const int BufferBytes = 32 * 1024;

    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
    private readonly FormFields _fields = new();
    private int _fieldBytes;

    /// <summary>
    /// Exactly one of the results is null. Errors: 400/408 malformed, incomplete or too slow, 413 too large, 503 no memory or disk
    /// to be had.
    /// </summary>
    public async ValueTask<(RequestBody? Body, HubError? Error)> ReadAsync(
        HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength > bytesMax)
        {
            return (null, BodyErrors.TooLarge(bytesMax));
        }

        if (BoundaryOf(request.ContentType) is not { } boundary)
        {
            return (null, BodyErrors.Form($"The Content-Type must name a boundary of 1 to {BoundaryCharsMax} characters."));
        }

        var form = new RequestForm(memory, spool);
        try
        {
            var error = await ReadPartsAsync(new MultipartReader(boundary, new BoundedStream(request.Body, bytesMax), BufferBytes)
            {
                HeadersCountLimit = PartHeadersMax,
                HeadersLengthLimit = PartHeaderBytesMax,
            }, form, cancellationToken);
            (RequestBody? body, error) = error is null ? RequestBody.OfForm(form, _fields.ToJson(), memory) : (null, error);
            if (body is null)
            {
                form.Dispose();
            }

            return (body, error);
        }
        catch (Exception e) when (ErrorOf(e) is { } error)
        {
            form.Dispose();
            return (null, error);
        }
        catch
        {
            form.Dispose();
            throw;
        }
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);

    private HubError? ErrorOf(Exception exception) => exception switch
    {
        BoundedStream.TooLargeException => BodyErrors.TooLarge(bytesMax),
        SpoolFailedException => BodyErrors.Overloaded,
        InvalidDataException => BodyErrors.Form(
            $"The form is malformed: a part has at most {PartHeadersMax} headers of {PartHeaderBytesMax} bytes together."),
        IOException unreadable => BodyErrors.Unreadable(unreadable, bytesMax),
        _ => null,
    };

    private static string? BoundaryOf(string? contentType)
    {
        var boundary = MediaTypeHeaderValue.TryParse(contentType, out var type)
            ? HeaderUtilities.RemoveQuotes(type.Boundary).Value
            : null;
        return boundary is { Length: > 0 and <= BoundaryCharsMax } ? boundary : null;
    }

    private async ValueTask<HubError?> ReadPartsAsync(MultipartReader reader, RequestForm form, CancellationToken cancellationToken)
    {
        while (await reader.ReadNextSectionAsync(cancellationToken) is { } section)
        {
            if (form.Parts.Count == PartsMax)
            {
                return BodyErrors.Form($"The form has more than {PartsMax} parts.");
            }

            var (head, error) = PartOf(section);
            if (head is null)
            {
                return error;
            }

            (var content, error) = head.IsFile
                ? await ReadFileAsync(section.Body, form, cancellationToken)
                : await ReadFieldAsync(section.Body, head.Name, form, cancellationToken);
            if (error is not null)
            {
                return error;
            }

            form.Add(head with { Content = content });
        }

        return null;
    }

    private static (FormPart? Part, HubError? Error) PartOf(MultipartSection section)
    {
        if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition)
            || !disposition.DispositionType.Equals("form-data", StringComparison.OrdinalIgnoreCase)
            || HeaderUtilities.RemoveQuotes(disposition.Name).Value is not { Length: > 0 } name)
        {
            return (null, BodyErrors.Form("Every part of the form needs a header Content-Disposition: form-data; name=\"…\"."));
        }

        if (!FormPart.IsName(name))
        {
            return (null, BodyErrors.Form(
                $"A field's name has at most {FormPart.NameBytesMax} bytes, and no quotes, backslashes or control characters."));
        }

        var fileName = disposition.FileNameStar.HasValue && disposition.FileNameStar.Length > 0
            ? disposition.FileNameStar.Value
            : HeaderUtilities.UnescapeAsQuotedString(disposition.FileName).Value;
        if (fileName?.Length > FileNameCharsMax)
        {
            return (null, BodyErrors.Form($"A file's name has at most {FileNameCharsMax} characters.", name, "invalid_value"));
        }

        if (section.ContentType is { } type && (type.Length > ContentTypeCharsMax || !type.All(c => c is >= ' ' and <= '~')))
        {
            return (null, BodyErrors.Form("The part's Content-Type is not valid.", name, "invalid_value"));
        }

        // https://www.rfc-editor.org/rfc/rfc7578#section-4.7: not used any more.
        if (section.Headers?.TryGetValue("Content-Transfer-Encoding", out var encoding) == true
            && encoding.ToString().ToUpperInvariant() is not ("BINARY" or "8BIT" or "7BIT"))
        {
            return (null, BodyErrors.Form("A part must be sent as it is, without a Content-Transfer-Encoding.", name, "invalid_value"));
        }

        var part = new FormPart(name, string.IsNullOrEmpty(fileName) ? null : fileName, section.ContentType, default);
        return part.IsFile && FormFields.IsDeciding(name)
            ? (null, BodyErrors.Form($"'{name}' can't be a file.", name, "invalid_type"))
            : (part, null);
    }

    private async ValueTask<(PayloadPiece Content, HubError? Error)> ReadFieldAsync(
        Stream stream, string name, RequestForm form, CancellationToken cancellationToken)
    {
        var value = new ArrayBufferWriter<byte>(256);
        while (await stream.ReadAsync(_buffer, cancellationToken) is > 0 and var read)
        {
            _fieldBytes += read;
            if (_fieldBytes > FieldBytesMax)
            {
                return (default, BodyErrors.Form(
                    $"The form's fields have more than {FieldBytesMax / 1024} KiB together.", name, "invalid_value"));
            }

            if (!form.TryTakeMemory(read))
            {
                return (default, BodyErrors.Overloaded);
            }

            value.Write(_buffer.AsSpan(0, read));
        }

        if (!Utf8.IsValid(value.WrittenSpan))
        {
            return (default, BodyErrors.Form($"'{name}' is not valid UTF-8.", name, "invalid_value"));
        }

        return _fields.TryAdd(name, value.WrittenSpan)
            ? (value.WrittenMemory, null)
            : (default, BodyErrors.Form($"The field '{name}' stands twice in the form.", name));
    }

    private async ValueTask<(PayloadPiece Content, HubError? Error)> ReadFileAsync(
        Stream stream, RequestForm form, CancellationToken cancellationToken)
    {
        var start = form.SpooledBytes;
        while (true)
        {
            var length = await stream.ReadAtLeastAsync(_buffer, _buffer.Length, throwOnEndOfStream: false, cancellationToken);
            var ended = length < _buffer.Length;
            if (ended && form.SpooledBytes == start)
            {
                return form.TryTakeMemory(length)
                    ? ((ReadOnlyMemory<byte>)_buffer.AsSpan(0, length).ToArray(), null)
                    : (default, BodyErrors.Overloaded);
            }

            if (!await SpoolAsync(form, _buffer.AsMemory(0, length), cancellationToken))
            {
                return (default, BodyErrors.Overloaded);
            }

            if (ended)
            {
                return (form.SpooledSince(start), null);
            }
        }
    }

    private static async ValueTask<bool> SpoolAsync(RequestForm form, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            return await form.TrySpoolAsync(bytes, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SpoolFailedException(e);
        }
    }

    /// <summary>The disk fails, which is not the request's fault.</summary>
    private sealed class SpoolFailedException(Exception inner) : Exception("A file of a request could not be spooled.", inner);
}
