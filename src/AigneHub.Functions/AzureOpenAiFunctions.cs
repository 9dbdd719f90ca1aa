using AigneHub.Gateway.Fronts;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace AigneHub.Functions;

/// <summary>The OpenAI API at Azure OpenAI's paths.</summary>
public sealed class AzureOpenAiFunctions(AzureEndpoints azure)
{
    /// <summary>The path is <c>{deployment}/{operation}</c>.</summary>
    [Function(nameof(AzureDeployment))]
    public Task AzureDeployment(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "openai/deployments/{*path}")] HttpRequest request,
        string path,
        CancellationToken cancellationToken) => azure.DeploymentAsync(request, path, cancellationToken);

    [Function(nameof(AzureV1))]
    public Task AzureV1(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "openai/v1/{*operation}")] HttpRequest request,
        string operation,
        CancellationToken cancellationToken) => azure.CallAsync(request, operation, cancellationToken);

    /// <summary>The Responses API before it had a version in its path.</summary>
    [Function(nameof(AzureResponses))]
    public Task AzureResponses(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "openai/responses")] HttpRequest request,
        CancellationToken cancellationToken) => azure.CallAsync(request, "responses", cancellationToken);
}
