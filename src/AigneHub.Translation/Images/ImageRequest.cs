using AigneHub.Providers.Upstream;

namespace AigneHub.Translation.Images;

/// <summary>A file of the request.</summary>
/// <param name="MimeType">E.g. <c>image/png</c>.</param>
public sealed record ImageInput(string MimeType, PayloadPiece Content);

/// <summary>
/// What OpenAI's API of images asks for (https://platform.openai.com/docs/api-reference/images/create and …/createEdit).
/// Null is absent; <c>auto</c> is absent, too.
/// </summary>
public sealed record ImageRequest
{
    public required string Prompt { get; init; }

    /// <summary>How many images.</summary>
    public int Count { get; init; } = 1;

    public ImageSize? Size { get; init; }

    /// <summary><c>low</c>, <c>medium</c>, <c>high</c>, <c>standard</c>, <c>hd</c>, or a vendor's own word.</summary>
    public string? Quality { get; init; }

    /// <summary>png, jpeg or webp.</summary>
    public string? OutputFormat { get; init; }

    /// <summary>0 to 100, of jpeg and webp.</summary>
    public int? OutputCompression { get; init; }

    /// <summary><c>url</c> or <c>b64_json</c>.</summary>
    public string? ResponseFormat { get; init; }

    /// <summary><c>transparent</c> or <c>opaque</c>.</summary>
    public string? Background { get; init; }

    public bool Stream { get; init; }

    /// <summary>What is to be edited, in order; empty when images are made from the prompt alone.</summary>
    public IReadOnlyList<ImageInput> Inputs { get; init; } = [];

    /// <summary>Says which part of the first input is to be edited.</summary>
    public ImageInput? Mask { get; init; }

    /// <summary>Members that no other vendor has: <c>style</c>, <c>moderation</c>, <c>user</c> and unknown ones.</summary>
    public IReadOnlyList<string> Foreign { get; init; } = [];
}
