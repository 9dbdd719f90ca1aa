using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using AigneHub.Core;
using AigneHub.Core.Pricing;
using AigneHub.Core.Routing;
using AigneHub.Providers.OpenAi;
using AigneHub.Providers.Tokenizers;
using AigneHub.Wire.OpenAi;
using AigneHub.Wire.Sse;

namespace AigneHub.Providers.Simulation;

/// <summary>
/// A vendor without a network: answers <c>POST chat/completions</c> in OpenAI's wire format, JSON and SSE, and makes images and
/// videos (<see cref="SimulatedMedia"/>), so that everything can be tried and measured without a vendor's key.
/// <c>docs/simulated-provider.md</c> lists its models
/// (<c>chat</c>, <c>chat-fast</c>, <c>chat-slow</c>, <c>tool</c>, <c>fail-429</c>, <c>fail-500</c>, <c>cut-mid-stream</c>,
/// <c>hang</c>, <c>hang-mid-stream</c>) and the request member <c>sim</c> that sets length and pace. It is reached by
/// handing it to <see cref="Upstream.UpstreamClient"/> and calling <see cref="Entry"/>.
/// </summary>
public sealed class SimulatedProvider(TokenCounter counter, TimeProvider time) : HttpMessageHandler
{
    public const string Id = "sim";

    /// <summary>The scheme of <see cref="Entry"/>'s base URL; settings cannot name it: they take http and https only.</summary>
    internal const string Scheme = "sim";

    private const int ContextWindow = 128_000;
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(2);

    private readonly HubIds _ids = new(time);
    private readonly SimulatedMedia _media = new(time);

    /// <summary>The provider for the route planner: no key, last in rank.</summary>
    public static ProviderEntry Entry { get; } = new(
        Id, Id, "Simulated",
        [
            Binding(ModelApi.OpenAiChat),
            Binding(ModelApi.OpenAiImages) with { ModelsWith = SimulatedMedia.ImageModel },
            Binding(ModelApi.OpenAiVideos) with { ModelsWith = SimulatedMedia.VideoModel },
        ],
        [new CredentialEntry("sim", CredentialKind.None, "")], Rank: 4, ClientGonePolicy.Cancel)
    {
        ServesListedModelsOnly = true,
    };

    /// <summary>The models, with invented prices; of chat 0.10 USD per million prompt tokens, 0.40 USD for output tokens.</summary>
    public static IReadOnlyList<ModelEntry> Models { get; } = MakeModels();

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (await _media.AnswerAsync(request, cancellationToken) is { } media)
        {
            return media;
        }

        if (request.Method != HttpMethod.Post || request.RequestUri?.AbsolutePath != "/chat/completions")
        {
            return Error(
                404, OpenAiErrorTypes.InvalidRequest, OpenAiErrorCodes.UnknownUrl,
                "Only chat/completions, images/generations and videos are served.");
        }

        var body = await request.Content!.ReadAsByteArrayAsync(cancellationToken);
        var (parsed, error) = SimulatedRequestParser.Parse(body);
        if (parsed is null)
        {
            return Error(error!.Code == OpenAiErrorCodes.ModelNotFound ? 404 : 400, error);
        }

        switch (parsed.Model.Behaviour)
        {
            case SimulatedBehaviour.RateLimited:
                var limited = Error(429, "requests", OpenAiErrorCodes.RateLimitExceeded, "Rate limit reached. Please try again in 2s.");
                limited.Headers.RetryAfter = new RetryConditionHeaderValue(RetryAfter);
                return limited;
            case SimulatedBehaviour.ServerError:
                return Error(500, OpenAiErrorTypes.Server, null, "The server had an error while processing your request.");
            case SimulatedBehaviour.Hang:
                await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken);
                break;
        }

        await counter.WarmUpAsync(cancellationToken);
        return await AnswerAsync(AnswerTo(parsed, body), cancellationToken);
    }

    private static ApiBinding Binding(ModelApi api) => new(api, Dialect.OpenAi, new Uri($"{Scheme}://local"));

    private SimulatedAnswer AnswerTo(SimulatedRequest request, byte[] body)
    {
        var wanted = request.ToolCall is { } call
            ? (int)(counter.Count(call.Name) + counter.Count(call.Arguments))
            : request.Tokens;
        var cut = request.ToolCall is null && request.OutputMax < wanted;
        return new SimulatedAnswer(
            $"chatcmpl-{_ids.New():N}",
            time.GetUtcNow().ToUnixTimeSeconds(),
            request,
            checked((int)ChatPrompt.Count(body, counter)),
            cut ? request.OutputMax!.Value : wanted,
            cut ? "length" : request.ToolCall is null ? "stop" : "tool_calls");
    }

    private async Task<HttpResponseMessage> AnswerAsync(SimulatedAnswer answer, CancellationToken cancellationToken)
    {
        if (answer.Request.Stream)
        {
            return Respond(200, new StreamContent(new SimulatedStream(answer, time)), SseText.ContentType);
        }

        var pause = answer.Request.FirstTokenPause + answer.OutputTokens * answer.Request.TokenPause;
        if (pause > TimeSpan.Zero)
        {
            await Task.Delay(pause, time, cancellationToken);
        }

        if (answer.Request.Model.Behaviour == SimulatedBehaviour.HangMidStream)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken);
        }

        return answer.Request.Model.Behaviour == SimulatedBehaviour.CutMidStream
            ? throw new HttpRequestException(HttpRequestError.ResponseEnded, "The simulated connection was cut.")
            : Respond(200, new ByteArrayContent(answer.ToJson()), "application/json");
    }

    private static HttpResponseMessage Error(int status, string type, string? code, string message) =>
        Error(status, new OpenAiError(message, type, null, code));

    private static HttpResponseMessage Error(int status, OpenAiError error) => Respond(
        status,
        new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(new OpenAiErrorBody(error), OpenAiJson.Default.OpenAiErrorBody)),
        "application/json");

    private static HttpResponseMessage Respond(int status, HttpContent content, string mediaType)
    {
        content.Headers.ContentType = new MediaTypeHeaderValue(mediaType);
        return new HttpResponseMessage((HttpStatusCode)status) { Content = content };
    }

    private static List<ModelEntry> MakeModels()
    {
        var rates = new ModelRates(new Dictionary<UnitKind, Rate>
        {
            [UnitKind.Input] = new Rate(Nano.PerWhole / 10, []),
            [UnitKind.Output] = new Rate(4 * Nano.PerWhole / 10, []),
        });
        return
        [
            .. SimulatedModel.All.Select(
                model => new ModelEntry(Id, model.Id, model.Name, ContextWindow, SimulatedRequestParser.TokensMax, rates)),
            .. SimulatedMedia.Models,
        ];
    }
}
