using AigneHub.Core;

namespace AigneHub.Translation.Anthropic;

/// <summary>Keeps the first thing that is wrong with a request, while reading or writing goes on to its end.</summary>
internal sealed class RequestFailure
{
    public HubError? Error { get; private set; }

    /// <param name="param">Where, e.g. <c>messages.0.content</c>.</param>
    public void Invalid(string param, string message) =>
        Error ??= new HubError(400, "invalid_request", Blame.Caller, message, param);

    public void Unsupported(string param, string message) => Error ??= ClaudeForeignMembers.Unsupported(param, message);
}
