using AigneHub.Core;
using AigneHub.Gateway.Fronts;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Gateway.Bodies;

/// <summary>What callers are told of bodies that can't be taken.</summary>
internal static class BodyErrors
{
    public static HubError Overloaded { get; } = new(
        503, "hub_overloaded", Blame.Hub, "The hub is holding too many large requests at the moment. Retry shortly.",
        RetryAfter: TimeSpan.FromSeconds(1));

    public static HubError TooSlow { get; } = new(
        408, "invalid_request", Blame.Caller, "The request body came too slowly.");

    public static HubError TooLarge(long bytesMax) => new(
        413, "request_too_large", Blame.Caller,
        $"The request body is larger than the {bytesMax / (1024.0 * 1024):0.##} MiB that this API takes.");

    /// <summary>413 where the server refuses the length, 408 for a body that comes too slowly, else 400.</summary>
    public static HubError Unreadable(IOException exception, long bytesMax)
    {
        // Kestrel says what is wrong with a body by BadHttpRequestException, but for a chunk's size beyond all numbers.
        var status = (exception as BadHttpRequestException)?.StatusCode ?? StatusCodes.Status400BadRequest;
        return status == StatusCodes.Status413PayloadTooLarge
            ? TooLarge(bytesMax)
            : new HubError(
                status, "invalid_request", Blame.Caller,
                "The request body could not be read: it is incomplete, malformed or came too slowly.");
    }

    /// <param name="kinds">What the API takes.</param>
    public static HubError UnsupportedType(BodyKinds kinds) => new(
        415, "unsupported_media_type", Blame.Caller, kinds switch
        {
            BodyKinds.Form => "Send the request as Content-Type: multipart/form-data.",
            BodyKinds.Json => "Send the request as Content-Type: application/json.",
            _ => "Send the request as Content-Type: application/json or multipart/form-data.",
        });

    /// <summary>Null when the form has the files that the API takes.</summary>
    public static HubError? OfFiles(RequestForm form, HeadShape shape) => shape.RequiredFile switch
    {
        null => null,
        var file when form.File(file) is null => Form($"Missing required file: '{file}'.", file, "missing_required_parameter"),
        var file when shape.TakesOneFile && form.Parts.Any(part => part.Name != file && (part.IsFile || IsLike(part, file)))
            || (shape.TakesOneFile && form.Parts.Count(part => part.Name == file) > 1)
            => Form($"Send one file, under the name '{file}'.", file),
        _ => null,
    };

    public static HubError Form(string message, string? param = null, string code = "invalid_request") =>
        new(400, code, Blame.Caller, message, param);

    private static bool IsLike(FormPart part, string name) =>
        part.Name.Equals(name, StringComparison.OrdinalIgnoreCase) || part.Name.Equals(name + "[]", StringComparison.OrdinalIgnoreCase);
}
