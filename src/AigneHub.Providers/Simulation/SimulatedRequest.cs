using System.Text.Json;
using AigneHub.Wire.OpenAi;

namespace AigneHub.Providers.Simulation;

/// <summary>A chat request as far as the simulated provider understands it.</summary>
internal sealed record SimulatedRequest
{
    public const int TokensMax = 100_000;
    public const int MillisecondsMax = 60_000;

    private static readonly string[] Roles = ["system", "developer", "user", "assistant", "tool", "function"];

    public required SimulatedModel Model { get; init; }

    public bool Stream { get; init; }

    public bool IncludeUsage { get; init; }

    /// <summary>The client's limit of output tokens; null when it set none.</summary>
    public int? OutputMax { get; init; }

    public int Tokens { get; init; }

    public TimeSpan TokenPause { get; init; }

    public TimeSpan FirstTokenPause { get; init; }

    /// <summary>The tool to call; null when the answer is text.</summary>
    public SimulatedToolCall? ToolCall { get; init; }

    /// <summary>Reads and checks a body; what is wrong is the second value, in OpenAI's words.</summary>
    public static (SimulatedRequest? Request, OpenAiError? Error) Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return (Parse(document.RootElement), null);
        }
        catch (JsonException)
        {
            return (null, Invalid("We could not parse the JSON body of your request.", null));
        }
        catch (InvalidRequestException e)
        {
            return (null, e.Error);
        }
    }

    private static SimulatedRequest Parse(JsonElement root)
    {
        Check(root.ValueKind == JsonValueKind.Object, "The body must be a JSON object.", null);
        var id = Member(root, "model") is { ValueKind: JsonValueKind.String } name ? name.GetString()! : "";
        Check(id.Length > 0, "you must provide a model parameter", "model");
        var model = SimulatedModel.Find(id) ?? throw new InvalidRequestException(new OpenAiError(
            $"The model `{id}` does not exist.", OpenAiErrorTypes.InvalidRequest, "model", "model_not_found"));
        var lastRole = CheckMessages(Member(root, "messages"));
        Check(Number(root, "n", 1, int.MaxValue) is null or 1, "The simulated models answer with n = 1 only.", "n");
        var (tokens, tokenPause, firstPause) = ReadSimulation(Member(root, "sim"), model);
        return new SimulatedRequest
        {
            Model = model,
            Stream = Flag(root, "stream"),
            IncludeUsage = Member(root, "stream_options") is { ValueKind: JsonValueKind.Object } options
                && Flag(options, "include_usage"),
            OutputMax = Number(root, "max_completion_tokens", 1, int.MaxValue) ?? Number(root, "max_tokens", 1, int.MaxValue),
            Tokens = tokens,
            TokenPause = tokenPause,
            FirstTokenPause = firstPause,
            ToolCall = model.Behaviour == SimulatedBehaviour.Tool && lastRole != "tool" ? SimulatedToolCall.Choose(root) : null,
        };
    }

    private static string CheckMessages(JsonElement? messages)
    {
        Check(messages is { ValueKind: JsonValueKind.Array }, "Missing required parameter: 'messages'.", "messages");
        var role = "";
        var index = 0;
        foreach (var message in messages!.Value.EnumerateArray())
        {
            Check(message.ValueKind == JsonValueKind.Object, "A message must be an object.", $"messages[{index}]");
            role = Member(message, "role") is { ValueKind: JsonValueKind.String } named ? named.GetString()! : "";
            Check(Roles.Contains(role), $"Invalid value: '{role}'. Supported values are: '{string.Join("', '", Roles)}'.",
                $"messages[{index}].role");
            index++;
        }

        Check(index > 0, "Invalid 'messages': empty array. Expected an array with minimum length 1.", "messages");
        return role;
    }

    private static (int Tokens, TimeSpan TokenPause, TimeSpan FirstPause) ReadSimulation(JsonElement? sim, SimulatedModel model)
    {
        var tokens = SimulatedText.Tokens;
        var pause = model.TokenMilliseconds;
        var first = 0;
        Check(sim is null or { ValueKind: JsonValueKind.Object }, "'sim' must be an object.", "sim");
        foreach (var member in sim?.EnumerateObject() ?? default)
        {
            switch (member.Name)
            {
                case "tokens":
                    tokens = Number(sim!.Value, "tokens", 1, TokensMax, "sim.") ?? tokens;
                    break;
                case "token_ms":
                    pause = Number(sim!.Value, "token_ms", 0, MillisecondsMax, "sim.") ?? pause;
                    break;
                case "first_token_ms":
                    first = Number(sim!.Value, "first_token_ms", 0, MillisecondsMax, "sim.") ?? first;
                    break;
                default:
                    throw new InvalidRequestException(
                        Invalid($"Unrecognized request argument supplied: sim.{member.Name}", $"sim.{member.Name}"));
            }
        }

        return (tokens, TimeSpan.FromMilliseconds(pause), TimeSpan.FromMilliseconds(first));
    }

    private static JsonElement? Member(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private static bool Flag(JsonElement parent, string name)
    {
        var value = Member(parent, name);
        Check(value is null or { ValueKind: JsonValueKind.True or JsonValueKind.False },
            $"Invalid type for '{name}': expected a boolean.", name);
        return value is { ValueKind: JsonValueKind.True };
    }

    private static int? Number(JsonElement parent, string name, int min, int max, string path = "")
    {
        if (Member(parent, name) is not { } value)
        {
            return null;
        }

        var whole = value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? number : (int?)null;
        Check(whole >= min && whole <= max,
            $"Invalid '{path}{name}': expected a whole number from {min} to {max}.", path + name);
        return whole;
    }

    private static void Check(bool holds, string message, string? param)
    {
        if (!holds)
        {
            throw new InvalidRequestException(Invalid(message, param));
        }
    }

    private static OpenAiError Invalid(string message, string? param) =>
        new(message, OpenAiErrorTypes.InvalidRequest, param, null);

    /// <summary>Leaves the parser early; never leaves this type.</summary>
    private sealed class InvalidRequestException(OpenAiError error) : Exception(error.Message)
    {
        public OpenAiError Error { get; } = error;
    }
}
