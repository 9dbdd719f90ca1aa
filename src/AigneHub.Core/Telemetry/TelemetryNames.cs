namespace AigneHub.Core.Telemetry;

/// <summary>
/// The attributes of measurements, spans and logs. Those of generative AI and of errors are OpenTelemetry's:
/// https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans and …/attributes-registry/error.
/// </summary>
public static class TelemetryNames
{
    /// <summary>Of the hub's meter and of its source of spans.</summary>
    public const string Source = "AigneHub";

    /// <summary>The client's API, e.g. <c>openai.chat</c>; <c>management</c>.</summary>
    public const string Front = "aignehub.front";

    /// <summary>
    /// <c>completed</c>, <c>cancelled</c> (the client went away), <c>failed</c>, <c>refused</c>, <c>answered</c> (from memory).
    /// </summary>
    public const string Outcome = "aignehub.outcome";

    /// <summary>The provider's id in the hub.</summary>
    public const string Provider = "aignehub.provider";

    /// <summary>
    /// <c>provider/model</c>; measurements keep no names that callers invent: names that a rule of the catalogue recognises are its
    /// entry's, models without an entry or a price are <c>provider/other</c>.
    /// </summary>
    public const string Model = "aignehub.model";

    /// <summary><c>caller</c>, <c>upstream</c>, <c>hub</c>.</summary>
    public const string Blame = "aignehub.blame";

    /// <summary>An error's code in snake case.</summary>
    public const string ErrorType = "error.type";

    /// <summary>What came of an attempt, a decision, an operation: <c>ok</c>, <c>admitted</c>, <c>done</c>, or a code.</summary>
    public const string Result = "aignehub.result";

    /// <summary><c>first</c> or <c>repeated</c>.</summary>
    public const string Attempt = "aignehub.attempt";

    /// <summary>Of a lease: <c>open</c>, <c>renew</c>, <c>close</c>.</summary>
    public const string Operation = "aignehub.operation";

    /// <summary>Of a target: <c>closed</c>, <c>open</c>, <c>half_open</c>, <c>cooling</c>, <c>disabled</c>.</summary>
    public const string State = "aignehub.state";

    /// <summary>What is priced, e.g. <c>input</c>, <c>cached_input</c>, <c>output</c>, <c>image</c>.</summary>
    public const string Unit = "aignehub.unit";

    /// <summary><c>stream</c> or <c>whole</c>.</summary>
    public const string Form = "aignehub.form";

    /// <summary>One of <see cref="Ledger.IncidentKind"/>.</summary>
    public const string IncidentKind = "aignehub.incident.kind";

    public const string RequestId = "aignehub.request.id";
    public const string Account = "aignehub.account";
    public const string Key = "aignehub.key.id";
    public const string Project = "aignehub.project";
    public const string Attempts = "aignehub.attempts";
    public const string Cost = "aignehub.cost.nano";
    public const string Estimated = "aignehub.estimated";

    public const string OperationName = "gen_ai.operation.name";
    public const string ProviderName = "gen_ai.provider.name";
    public const string RequestModel = "gen_ai.request.model";
    public const string ResponseModel = "gen_ai.response.model";
    public const string ResponseId = "gen_ai.response.id";
    public const string FinishReasons = "gen_ai.response.finish_reasons";
    public const string RequestStream = "gen_ai.request.stream";
    public const string InputTokens = "gen_ai.usage.input_tokens";
    public const string OutputTokens = "gen_ai.usage.output_tokens";
    public const string CachedTokens = "gen_ai.usage.cache_read.input_tokens";
    public const string CacheWriteTokens = "gen_ai.usage.cache_creation.input_tokens";
    public const string ReasoningTokens = "gen_ai.usage.reasoning.output_tokens";
    public const string FirstChunk = "gen_ai.response.time_to_first_chunk";
    public const string TokenType = "gen_ai.token.type";
    public const string InputMessages = "gen_ai.input.messages";
    public const string OutputMessages = "gen_ai.output.messages";
    public const string SystemInstructions = "gen_ai.system_instructions";

    public const string MessagingSystem = "messaging.system";
    public const string MessagingDestination = "messaging.destination.name";
    public const string MessagingOperation = "messaging.operation.name";
    public const string MessagingOperationType = "messaging.operation.type";

    public const string ServerAddress = "server.address";
    public const string ServerPort = "server.port";
    public const string HttpMethod = "http.request.method";
    public const string HttpStatus = "http.response.status_code";
    public const string HttpResend = "http.request.resend_count";
}
