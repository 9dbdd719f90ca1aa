using AigneHub.Core;

namespace AigneHub.Translation.Images;

/// <summary>
/// What becomes of members that a vendor's API has nothing for: refused where leaving them out would give something else than was
/// asked for, else left out and named (docs/images.md).
/// </summary>
internal static class ImagePolicy
{
    public static HubError Refused(string member, string message) => new(400, "unsupported_parameter", Blame.Caller, message, member);

    /// <summary>Null when none of these is asked for.</summary>
    public static HubError? Check(ImageRequest request, string vendor, int countMax, params string[] outputFormats)
    {
        if (request.Count > countMax)
        {
            return Refused("n", $"{vendor} returns at most {countMax} {(countMax == 1 ? "image" : "images")} a call.");
        }

        if (request.Background == "transparent")
        {
            return Refused("background", $"{vendor} makes no transparent backgrounds.");
        }

        if (request.OutputFormat is { } format && !outputFormats.Contains(format))
        {
            return Refused("output_format", $"{vendor} returns {string.Join(" or ", outputFormats)}.");
        }

        return request.Mask is null ? null : Refused("mask", $"{vendor} takes no masks: say in the prompt what is to be edited.");
    }

    public static HubError? CheckReturnsBytes(ImageRequest request, string vendor) => request.ResponseFormat is null or "b64_json"
        ? null
        : Refused("response_format", $"{vendor} returns images in the answer, not by address: ask for b64_json, or leave it out.");

    /// <summary>The vendor's ratio for the size; null and an error when it has none. No size: neither.</summary>
    public static (string? Ratio, HubError? Error) Ratio(ImageRequest request, string vendor, string[] ratios, Warnings warnings)
    {
        if (request.Size is not { } size)
        {
            return default;
        }

        if (size.RatioOf(ratios) is not { } ratio)
        {
            return (null, Refused("size", $"{vendor} makes images of {string.Join(", ", ratios)}; {size} is none of these."));
        }

        if (size.Width != size.Height || size.Width is not (1024 or 2048 or 4096))
        {
            // The vendor chooses the pixels of a ratio; only its squares are known.
            warnings.Drop("size.pixels");
        }

        return (ratio, null);
    }

    public static void DropForeign(ImageRequest request, Warnings warnings)
    {
        foreach (var name in request.Foreign)
        {
            warnings.DropMember(name);
        }
    }

    public static void DropIf(bool isAsked, string name, Warnings warnings)
    {
        if (isAsked)
        {
            warnings.Drop(name);
        }
    }
}
