using System.Text.Json;
using AigneHub.Core.Routing;

namespace AigneHub.Translation.Videos;

/// <summary>How a vendor that makes videos is asked for them. Stateless.</summary>
public interface IVideoVendor
{
    ModelApi Api { get; }

    /// <summary>Of a video whose length the client leaves to the vendor.</summary>
    int SecondsUnasked { get; }

    /// <summary>Pixels of a video whose size the client leaves to the vendor.</summary>
    string SizeUnasked { get; }

    /// <summary>
    /// What becomes of a video, as the answer to its beginning or to a later question says; null when it says nothing of one.
    /// </summary>
    VideoState? ReadState(JsonElement body);

    /// <summary>Where the vendor is asked how it goes, below the API's base URL; null when the id can't be the vendor's.</summary>
    string? StatusPath(string vendorId);

    /// <summary>The quality that prices go by, of a size in pixels.</summary>
    string PriceForm(string size);
}
