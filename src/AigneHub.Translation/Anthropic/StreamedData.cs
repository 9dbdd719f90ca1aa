using System.Buffers;
using System.Text;
using System.Text.Json;

namespace AigneHub.Translation.Anthropic;

/// <summary>One server-sent event with its name, whose data is an object that names it again; whole once disposed.</summary>
internal readonly struct StreamedData : IDisposable
{
    private readonly IBufferWriter<byte> _output;

    public StreamedData(string type, IBufferWriter<byte> output)
    {
        _output = output;
        output.Write("event: "u8);
        Encoding.ASCII.GetBytes(type, output);
        output.Write("\ndata: "u8);
        Json = new Utf8JsonWriter(output, MessagesAnswerWriter.Options);
        Json.WriteStartObject();
        Json.WriteString("type", type);
    }

    public Utf8JsonWriter Json { get; }

    public void Dispose()
    {
        Json.WriteEndObject();
        Json.Dispose();
        _output.Write("\n\n"u8);
    }
}
