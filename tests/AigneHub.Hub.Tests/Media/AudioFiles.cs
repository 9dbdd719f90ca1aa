using System.Net.Http.Headers;
using AigneHub.Gateway.Bodies;
using AigneHub.Hub.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace AigneHub.Hub.Tests.Media;

/// <summary>Files of sound as clients send them.</summary>
internal static class AudioFiles
{
    /// <summary>The file comes before the model, as many clients send it.</summary>
    public static MultipartFormDataContent Form(string model, HttpContent file, params (string Name, string Value)[] fields)
    {
        var form = new MultipartFormDataContent();
        file.Headers.ContentType = new MediaTypeHeaderValue("audio/wav");
        form.Add(file, "file", "a.wav");
        foreach (var (name, value) in fields)
        {
            form.Add(new StringContent(value), name);
        }

        form.Add(new StringContent(model), "model");
        return form;
    }

    /// <summary>16,000 bytes a second.</summary>
    public static byte[] Wav(int bytes)
    {
        var file = new byte[44 + bytes];
        "RIFF"u8.CopyTo(file);
        "WAVEfmt "u8.CopyTo(file.AsSpan(8));
        file[16] = 16;
        BitConverter.TryWriteBytes(file.AsSpan(28), 16_000);
        "data"u8.CopyTo(file.AsSpan(36));
        BitConverter.TryWriteBytes(file.AsSpan(40), bytes);
        return file;
    }

    public static Task NothingHeldAsync(TestHub hub) => Until.TrueAsync(
        () => Task.FromResult(hub.Services.GetRequiredService<SpoolSpace>().BytesInUse == 0 && hub.Services.GetRequiredService<BodyMemory>().BytesInUse == 0),
        "memory and disk are let go");
}
