using System.Text.Json;
using AigneHub.Core;
using AigneHub.Core.Routing;
using AigneHub.Translation.Model;

namespace AigneHub.Translation;

/// <summary>A vendor's API: writes requests, reads answers. Stateless.</summary>
public interface IVendorFormat
{
    ModelApi Api { get; }

    /// <summary>Writes the request's JSON object; null, or why it can't be expressed (400, names the field).</summary>
    /// <param name="model">The vendor's name of the model.</param>
    /// <param name="maxOutput">Most output tokens of the model, for APIs that demand a limit; null: unknown.</param>
    HubError? WriteRequest(ChatRequest request, string model, int? maxOutput, Utf8JsonWriter output, Warnings warnings);

    /// <summary>Null when it is no answer of this API.</summary>
    ChatAnswer? ReadAnswer(JsonElement body);

    IVendorReader NewStream();
}

/// <summary>Reads one streamed answer. Never throws on what a vendor sends. Not thread-safe.</summary>
public interface IVendorReader
{
    /// <summary>Adds what an event means; errors and the stream's end are seen by others.</summary>
    /// <param name="data">The JSON of one server-sent event's data; never <c>[DONE]</c>.</param>
    void Read(ReadOnlySpan<byte> data, List<AnswerEvent> events);

    /// <summary>The stream has ended as it should: adds what is still open.</summary>
    void Complete(List<AnswerEvent> events);
}
