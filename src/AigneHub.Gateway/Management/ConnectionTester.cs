using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using AigneHub.Core;
using AigneHub.Core.Routing;
using AigneHub.Core.Routing.Health;
using AigneHub.Gateway.Attempts;
using AigneHub.Gateway.Configuration;
using AigneHub.Gateway.Fronts;
using AigneHub.Providers.Configuration;
using AigneHub.Providers.Upstream;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Gateway.Management;

/// <summary>
/// One live call to a vendor, as cheap as it has one: its list of models, or a few generated tokens. No account is charged;
/// one at a time a provider, at most <see cref="SecondsMax"/>. Its success
/// ends what is held against the credential.
/// </summary>
public sealed class ConnectionTester(UpstreamClient upstream, HubSnapshots snapshots, HealthBoard health, TimeProvider time)
{
    private const double SecondsMax = 10;

    // OpenAI's reasoning models fail below it; others stop at the first token.
    private const int ReasoningTokensMax = 16;
    private static readonly ModelApi[] Preferred =
    [
        ModelApi.OpenAiChat, ModelApi.AnthropicMessages, ModelApi.GeminiGenerateContent, ModelApi.OpenAiResponses,
        ModelApi.OpenAiEmbeddings,
    ];

    private readonly ConcurrentDictionary<string, bool> _running = new(StringComparer.OrdinalIgnoreCase);

    internal static HubError NotInForce(RecordState state) =>
        new(409, "not_in_force", Blame.Caller, $"It can't be tested, because it is not in force: {state.Detail}");

    /// <summary>Tests a provider by one credential: its list of models, or the model that the body names.</summary>
    internal async Task<HubError?> RunAsync(ManagementCall call, ProviderEntry provider, CredentialEntry credential)
    {
        string? model = null;
        if (call.Request.ContentLength is not (null or 0))
        {
            var (body, error) = await call.ReadAsync(ManagementJson.Default.TestRequest);
            if (body is null)
            {
                return error;
            }

            model = body.Model;
        }

        return await RunAsync(call, provider, credential, model);
    }

    /// <summary>Tests a name: an alias, or <c>provider/model</c>; of several targets the first.</summary>
    internal async Task<HubError?> RunAsync(ManagementCall call, string name)
    {
        HubError? first = null;
        foreach (var api in Preferred)
        {
            var (plan, error) = RoutePlanner.Plan(snapshots.Current, new RouteRequest(name, api));
            if (plan is not null)
            {
                var target = plan.Targets[0];
                return await RunAsync(call, target.Provider, target.Provider.Credentials[0], target.UpstreamModel);
            }

            first ??= error;
        }

        return first;
    }

    private async Task<HubError?> RunAsync(ManagementCall call, ProviderEntry provider, CredentialEntry credential, string? model)
    {
        if (!_running.TryAdd(provider.Id, true))
        {
            return new HubError(
                409, "test_running", Blame.Caller, $"The provider {provider.Id} is being tested at the moment. Repeat the request.");
        }

        try
        {
            var request = model is null ? ListRequest(provider, credential) : CallRequest(provider, credential, model);
            if (request is null)
            {
                return Problem.BadRequest(
                    model is null
                        ? "The vendor has no list of models that the hub could ask for: name a model in 'model'."
                        : "The provider serves no API that the hub could test cheaply.", "model");
            }

            var document = await SendAsync(request, model, call.CancellationToken);
            if (document.Ok)
            {
                health.Readmit(provider.Id, credential);
            }

            await call.WriteAsync(document, ManagementJson.Default.TestDocument);
            return null;
        }
        finally
        {
            _running.TryRemove(provider.Id, out _);
        }
    }

    private async Task<TestDocument> SendAsync(UpstreamRequest request, string? model, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(SecondsMax), time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        var sent = await upstream.SendAsync(request, stop.Token);
        cancellationToken.ThrowIfCancellationRequested();
        using var answer = sent.Response;
        var error = answer is { IsSuccess: true } ? null
            : answer is not null ? UpstreamErrors.OfStatus(answer.Status, request.Provider, null).Message
            : limit.IsCancellationRequested ? $"The provider {request.Provider.Id} did not answer within {SecondsMax} s."
            : UpstreamErrors.Of(sent.Failure!.Kind, request.Provider).Message;
        return new TestDocument(
            error is null, answer?.Status ?? sent.Failure!.Status, (int)time.GetElapsedTime(started).TotalMilliseconds,
            request.Provider.Id, request.Credential.Id, model, error);
    }

    /// <summary>
    /// https://platform.openai.com/docs/api-reference/models/list, https://docs.claude.com/en/api/models-list,
    /// https://ai.google.dev/api/models#method:-models.list; null where there is none.
    /// </summary>
    private static UpstreamRequest? ListRequest(ProviderEntry provider, CredentialEntry credential)
    {
        var binding = provider.Apis[0];
        var path = binding.Dialect switch
        {
            _ when !binding.BaseUrl.Scheme.StartsWith(Uri.UriSchemeHttp, StringComparison.Ordinal) => null,
            Dialect.OpenAi or Dialect.Gemini => "models",
            Dialect.AzureOpenAi => "openai/v1/models",
            Dialect.Anthropic => "v1/models",
            _ => null,
        };
        return path is null ? null : new UpstreamRequest(provider, binding, credential, path, UpstreamPayload.None, Stream: false)
        {
            Method = HttpMethod.Get,
            Headers = ForwardedHeaders.For(binding.Dialect, new HeaderDictionary()),
        };
    }

    private static UpstreamRequest? CallRequest(ProviderEntry provider, CredentialEntry credential, string model)
    {
        var binding = Preferred.Select(api => provider.Find(api, model)).FirstOrDefault(found => found is not null);
        if (binding is null)
        {
            return null;
        }

        var body = Encoding.UTF8.GetBytes(BodyOf(binding, provider.Vendor, model).ToJsonString());
        return new UpstreamRequest(
            provider, binding, credential, UpstreamPath.Of(binding, model, stream: false), UpstreamPayload.Json(body), Stream: false)
        {
            Headers = ForwardedHeaders.For(binding.Dialect, new HeaderDictionary()),
        };
    }

    private static JsonObject BodyOf(ApiBinding binding, string vendor, string model)
    {
        var messages = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = "Hi" });
        return binding.Api switch
        {
            // max_tokens is refused by OpenAI's reasoning models, max_completion_tokens is unknown to many others:
            // https://platform.openai.com/docs/api-reference/chat/create
            ModelApi.OpenAiChat when vendor == "openai" || binding.Dialect == Dialect.AzureOpenAi =>
                new JsonObject { ["model"] = model, ["max_completion_tokens"] = ReasoningTokensMax, ["messages"] = messages },
            ModelApi.OpenAiChat or ModelApi.AnthropicMessages =>
                new JsonObject { ["model"] = model, ["max_tokens"] = 1, ["messages"] = messages },
            ModelApi.GeminiGenerateContent => new JsonObject
            {
                ["contents"] = new JsonArray(new JsonObject { ["parts"] = new JsonArray(new JsonObject { ["text"] = "Hi" }) }),
                ["generationConfig"] = new JsonObject { ["maxOutputTokens"] = 1 },
            },
            ModelApi.OpenAiResponses =>
                new JsonObject { ["model"] = model, ["max_output_tokens"] = ReasoningTokensMax, ["input"] = "Hi" },
            _ => new JsonObject { ["model"] = model, ["input"] = "Hi" },
        };
    }
}
