using AigneHub.Core;
using AigneHub.Core.Secrets;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AigneHub.Gateway.Management;

/// <summary><c>POST /api/admin/secrets/rotate</c>: a new data key, wrapped by the master key's newest version.</summary>
public sealed partial class RotationEndpoints(
    ManagementHandler handler, SecretProtector protector, CredentialResealer resealer, ILogger<RotationEndpoints> logger)
{
    /// <summary>Credentials resealed at once; the background does the others.</summary>
    private const int ResealedMax = 100;

    public Task RotateAsync(HttpRequest request, CancellationToken cancellationToken) =>
        handler.RunAsync(request, ManagementRoutes.RotateSecrets, RotateAsync, cancellationToken);

    private async Task<HubError?> RotateAsync(ManagementCall call)
    {
        var (status, key) = await protector.RotateAsync(call.CancellationToken);
        if (key is null)
        {
            return CredentialEndpoints.ErrorOf(status);
        }

        LogRotated(call.RequestId, call.Caller.Key.Id, key.Id, key.MasterKey);
        var step = await resealer.StepAsync(ResealedMax, call.CancellationToken);
        await call.WriteAsync(
            new RotationDocument(key.Id, step.Resealed, step.Remaining, step.Unopened), ManagementJson.Default.RotationDocument);
        return null;
    }

    [LoggerMessage(
        Level = LogLevel.Information, Message = "Management call {RequestId} by {Key}: new data key {DataKey} under {MasterKey}")]
    private partial void LogRotated(string requestId, string key, string dataKey, string masterKey);
}
