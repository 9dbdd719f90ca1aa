using System.Collections.Frozen;
using AigneHub.Core.Routing;

namespace AigneHub.Translation.Images;

/// <summary>The vendors' APIs of images that requests are translated into.</summary>
public static class ImageVendors
{
    private static readonly FrozenDictionary<ModelApi, IImageVendor> ByApi =
        new IImageVendor[] { new GeminiImages(), new ImagenImages(), new IdeogramImages() }.ToFrozenDictionary(vendor => vendor.Api);

    /// <param name="api">One of <see cref="MediaApis"/>.</param>
    public static IImageVendor Of(ModelApi api) => ByApi[api];
}
