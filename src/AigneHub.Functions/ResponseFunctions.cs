using AigneHub.Gateway.Responses;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace AigneHub.Functions;

/// <summary>Responses that a vendor keeps, at OpenAI's paths and at Azure OpenAI's.</summary>
public sealed class ResponseFunctions(ResponseEndpoints responses)
{
    [Function(nameof(GetResponse))]
    public Task GetResponse(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/responses/{id}")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) => responses.GetAsync(request, id, cancellationToken);

    [Function(nameof(DeleteResponse))]
    public Task DeleteResponse(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "v1/responses/{id}")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) => responses.DeleteAsync(request, id, cancellationToken);

    [Function(nameof(ListResponseInput))]
    public Task ListResponseInput(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/responses/{id}/input_items")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) => responses.ListInputAsync(request, id, cancellationToken);

    [Function(nameof(GetAzureResponse))]
    public Task GetAzureResponse(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "openai/v1/responses/{id}")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) => responses.GetAsync(request, id, cancellationToken);

    [Function(nameof(DeleteAzureResponse))]
    public Task DeleteAzureResponse(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "openai/v1/responses/{id}")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) => responses.DeleteAsync(request, id, cancellationToken);

    [Function(nameof(ListAzureResponseInput))]
    public Task ListAzureResponseInput(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "openai/v1/responses/{id}/input_items")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) => responses.ListInputAsync(request, id, cancellationToken);
}
