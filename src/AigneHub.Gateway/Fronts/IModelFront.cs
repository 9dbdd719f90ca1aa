using AigneHub.Core;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Gateway.Fronts;

/// <summary>A client-side model API: how its errors look, before and in the middle of an answer.</summary>
public interface IModelFront
{
    /// <summary>As recorded in usage events, e.g. <c>openai.chat</c>.</summary>
    string Name { get; }

    /// <summary>Status, headers and body of an error, for a response that has not started.</summary>
    Task WriteErrorAsync(HttpResponse response, HubError error, CancellationToken cancellationToken);

    /// <summary>The bytes of an error in the middle of a stream, a whole SSE event.</summary>
    byte[] StreamError(HubError error);
}
