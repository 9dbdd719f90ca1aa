using AigneHub.Core;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Gateway.Fronts.OpenAi;

/// <summary><c>POST /v1/chat/completions</c>: https://platform.openai.com/docs/api-reference/chat/create.</summary>
public sealed class OpenAiChatFront : IModelFront
{
    public string Name => "openai.chat";

    public Task WriteErrorAsync(HttpResponse response, HubError error, CancellationToken cancellationToken) =>
        OpenAiErrors.WriteAsync(response, error, cancellationToken);

    public byte[] StreamError(HubError error) => OpenAiErrors.StreamEvent(error);
}
