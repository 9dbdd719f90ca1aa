using System.Text;
using AigneHub.Core;
using AigneHub.Core.Keys;
using AigneHub.Core.Responses;
using AigneHub.Core.Routing;
using AigneHub.Gateway.Attempts;
using AigneHub.Gateway.Authentication;
using AigneHub.Providers.Upstream;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AigneHub.Gateway.Responses;

/// <summary>
/// Responses that a vendor keeps: read, list the input of, delete. The vendor is asked with the credential that made them;
/// an account reaches its own alone. https://platform.openai.com/docs/api-reference/responses/get
/// </summary>
public sealed partial class ResponseEndpoints(
    KeptCalls calls, IHubSnapshots snapshots, IStoredResponses responses, UpstreamClient upstream, UpstreamOptions options,
    ILogger<ResponseEndpoints> logger)
{
    private const int QueryValuesMax = 20;
    private const int QueryCharactersMax = 200;

    /// <summary>What the vendors' APIs know, beside <c>stream</c>, which is for background responses.</summary>
    private static readonly string[] Parameters = ["include", "include[]", "limit", "order", "after", "before"];

    public Task GetAsync(HttpRequest request, string id, CancellationToken cancellationToken) =>
        RunAsync(request, HttpMethod.Get, id, "", cancellationToken);

    public Task ListInputAsync(HttpRequest request, string id, CancellationToken cancellationToken) =>
        RunAsync(request, HttpMethod.Get, id, "/input_items", cancellationToken);

    public Task DeleteAsync(HttpRequest request, string id, CancellationToken cancellationToken) =>
        RunAsync(request, HttpMethod.Delete, id, "", cancellationToken);

    private Task RunAsync(HttpRequest request, HttpMethod method, string id, string suffix, CancellationToken cancellationToken) =>
        calls.RunAsync(
            request, KeyScope.Responses,
            (caller, requestId, stop) => CallAsync(request, caller, method, id, suffix, requestId, stop), cancellationToken);

    /// <summary>Null when the answer is written.</summary>
    private async Task<HubError?> CallAsync(
        HttpRequest request, Caller caller, HttpMethod method, string id, string suffix, string requestId,
        CancellationToken cancellationToken)
    {
        var (query, error) = QueryOf(request);
        if (error is not null)
        {
            return error;
        }

        if (!StoredResponse.IsId(id) || await responses.FindAsync(caller.Account, id, cancellationToken) is not { } stored)
        {
            return NotFound(id);
        }

        var provider = snapshots.Current.FindProvider(stored.Provider);
        var binding = provider?.Find(ModelApi.OpenAiResponses);
        var credential = provider?.Credentials.FirstOrDefault(c => c.Id == stored.Credential);
        if (binding is null || credential is null)
        {
            return new HubError(
                404, "response_not_found", Blame.Hub,
                $"The response was made with a credential of the provider '{stored.Provider}' that this hub has no more.");
        }

        var path = $"{UpstreamPath.Of(binding, "", stream: false)}/{Uri.EscapeDataString(id)}{suffix}{query}";
        var sent = await upstream.SendAsync(
            new UpstreamRequest(provider!, binding, credential, path, UpstreamPayload.None, Stream: false) { Method = method },
            cancellationToken);
        if (!sent.Answered)
        {
            LogFailed(requestId, stored.Provider, sent.Failure.Code, sent.Failure.Cause);
            return UpstreamErrors.Of(sent.Failure.Kind, provider!);
        }

        using var answer = sent.Response;
        if (!answer.IsSuccess)
        {
            return answer.Status == StatusCodes.Status404NotFound
                ? NotFound(id)
                : UpstreamErrors.OfStatus(answer.Status, provider!, answer.RetryAfter);
        }

        using var content = await answer.Body.ReadAllAsync(options.AnswerBytesMax, cancellationToken);
        if (content.Failure != UpstreamFailureKind.None)
        {
            return UpstreamErrors.Of(content.Failure, provider!);
        }

        if (method == HttpMethod.Delete)
        {
            await responses.DeleteAsync(caller.Account, id, cancellationToken);
        }

        var response = request.HttpContext.Response;
        response.ContentType = "application/json";
        response.ContentLength = content.Bytes.Length;
        response.Headers["x-hub-provider"] = stored.Provider;
        await response.Body.WriteAsync(content.Bytes, cancellationToken);
        return null;
    }

    /// <summary>The parameters that go to the vendor, with their <c>?</c>; empty for none.</summary>
    private static (string Query, HubError? Error) QueryOf(HttpRequest request)
    {
        var text = new StringBuilder();
        var count = 0;
        foreach (var (name, values) in request.Query)
        {
            if (name == "stream" && values == "true")
            {
                return ("", Wrong("stream", "Only background responses can be streamed again, and this hub makes none."));
            }

            if (!Parameters.Contains(name))
            {
                continue;
            }

            foreach (var value in values)
            {
                if (value is null || value.Length > QueryCharactersMax || ++count > QueryValuesMax)
                {
                    return ("", Wrong(name, $"'{name}' is too long, or there are too many parameters."));
                }

                text.Append(text.Length == 0 ? '?' : '&')
                    .Append(Uri.EscapeDataString(name)).Append('=').Append(Uri.EscapeDataString(value));
            }
        }

        return (text.ToString(), null);
    }

    private static HubError Wrong(string parameter, string message) => new(400, "invalid_request", Blame.Caller, message, parameter);

    private static HubError NotFound(string id) =>
        new(404, "response_not_found", Blame.Caller, $"Response with id '{ResponseKeeper.Shown(id)}' not found.");

    [LoggerMessage(Level = LogLevel.Warning, Message = "Call {RequestId}: provider {Provider} failed with {Failure}")]
    private partial void LogFailed(string requestId, string provider, string failure, Exception? cause);
}
