using AigneHub.Providers;

namespace AigneHub.Translation.Images;

/// <summary>One image: its bytes, or where it is to be had.</summary>
/// <param name="Base64">In Base64, as it is written into JSON; null when there is an address.</param>
/// <param name="MimeType">E.g. <c>image/png</c>; null when the vendor doesn't say.</param>
/// <param name="RevisedPrompt">What the vendor has made of the prompt; null when it doesn't say.</param>
public sealed record ReturnedImage(byte[]? Base64, string? Url, string? MimeType = null, string? RevisedPrompt = null);

/// <summary>A vendor's answer.</summary>
/// <param name="Refusal">Why there are no images: the vendor's filters; null when there are, or when nothing is said.</param>
/// <param name="Usage">Tokens; null when the vendor reports none.</param>
public sealed record ImageAnswer(IReadOnlyList<ReturnedImage> Images, string? Refusal, TokenUsage? Usage);
