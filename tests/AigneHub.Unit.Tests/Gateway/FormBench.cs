using System.Text;
using AigneHub.Core;
using AigneHub.Gateway.Bodies;
using AigneHub.Gateway.Fronts;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Unit.Tests.Gateway;

/// <summary>Reads forms, and sends them on to memory.</summary>
internal sealed class FormBench
{
    public const string Boundary = "x-boundary";

    public BodyMemory Memory { get; } = new(8 << 20);

    public SpoolSpace Spool { get; } = new(8 << 20);

    public int BytesMax { get; init; } = 4 << 20;

    /// <summary>A form of parts, each of them the headers behind <c>Content-Disposition: form-data; </c> and the content.</summary>
    public static byte[] Form(params (string Head, string Content)[] parts) => Encoding.UTF8.GetBytes(string.Concat(parts.Select(
        part => $"--{Boundary}\r\nContent-Disposition: form-data; {part.Head}\r\n\r\n{part.Content}\r\n")) + $"--{Boundary}--\r\n");

    public async Task<(RequestBody? Body, HubError? Error)> ReadAsync(Stream body, string contentType = $"multipart/form-data; boundary={Boundary}")
    {
        var http = new DefaultHttpContext();
        http.Request.Body = body;
        http.Request.ContentType = contentType;
        using var reader = new FormReader(Memory, Spool, BytesMax);
        return await reader.ReadAsync(http.Request, CancellationToken.None);
    }

    public Task<(RequestBody? Body, HubError? Error)> ReadAsync(byte[] body) => ReadAsync(new MemoryStream(body));

    /// <summary>What a vendor gets: its boundary written as <see cref="Boundary"/>, one character a byte.</summary>
    public static async Task<string> SentAsync(RequestForm form, string model)
    {
        var payload = FormEdit.Apply(form, model);
        using var sent = new MemoryStream();
        using var content = new AigneHub.Providers.Upstream.PayloadContent(payload);
        await content.CopyToAsync(sent);
        Assert.Equal(payload.Length, sent.Length);
        return Encoding.Latin1.GetString(sent.ToArray()).Replace(payload.ContentType.Split("boundary=")[1], Boundary, StringComparison.Ordinal);
    }
}
