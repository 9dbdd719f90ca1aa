using Microsoft.AspNetCore.Http;

namespace AigneHub.Gateway.Aigne;

/// <summary>
/// <c>GET /__blocklet__.js?type=json</c>: where AIGNE's client looks for the hub before its first call. The identifier of the
/// component is the one that the client asks for.
/// </summary>
public sealed class AigneSiteEndpoints(AigneHandler handler)
{
    private const string ComponentId = "z8ia3xzq2tMq8CRHfaXj1BTYJyYnEcHbqP8cJ";
    private const string Title = "AigneHub";

    public Task DescribeAsync(HttpRequest request, CancellationToken cancellationToken) => handler.AnswerAsync(
        request, call => call.WriteAsync(
            new AigneSiteDocument(
                Title, $"{request.Scheme}://{request.Host}/", "/", ComponentId,
                [new AigneComponent(ComponentId, "/", "running", "ai-kit", Title)]),
            AigneApiJson.Default.AigneSiteDocument),
        cancellationToken);
}

/// <param name="Prefix">Where the hub is mounted.</param>
internal sealed record AigneSiteDocument(
    string AppName, string AppUrl, string Prefix, string ComponentId, IReadOnlyList<AigneComponent> ComponentMountPoints);

internal sealed record AigneComponent(string Did, string MountPoint, string Status, string Name, string Title);
