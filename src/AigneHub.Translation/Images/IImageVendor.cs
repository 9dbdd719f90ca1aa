using System.Text.Json;
using AigneHub.Core;
using AigneHub.Core.Pricing;
using AigneHub.Core.Routing;

namespace AigneHub.Translation.Images;

/// <summary>A vendor's API of images: writes requests, reads answers. Stateless.</summary>
public interface IImageVendor
{
    ModelApi Api { get; }

    /// <summary>Its answers can be streamed.</summary>
    bool Streams { get; }

    /// <summary>Writes the request's JSON object; null, or why it can't be expressed (400, names the field).</summary>
    /// <param name="model">The vendor's name of the model.</param>
    HubError? WriteRequest(ImageRequest request, string model, Utf8JsonWriter json, FilePieces files, Warnings warnings);

    /// <summary>What a whole answer, or one event of a stream, holds; null when it is none of this API.</summary>
    ImageAnswer? ReadAnswer(JsonElement body);

    /// <summary>What prices go by.</summary>
    ReturnedForm FormOf(ImageRequest request);
}
