using System.Text.Json;
using AigneHub.Wire.OpenAi;

namespace AigneHub.Providers.Simulation;

/// <summary>Reads and checks a chat request. The first thing that is wrong is kept, in OpenAI's words.</summary>
internal sealed class SimulatedRequestParser
{
    public const int TokensMax = 100_000;
    private const int MillisecondsMax = 60_000;

    private static readonly string[] Roles = ["system", "developer", "user", "assistant", "tool", "function"];

    private OpenAiError? _error;

    private SimulatedRequestParser()
    {
    }

    /// <summary>Exactly one of the two is null.</summary>
    public static (SimulatedRequest? Request, OpenAiError? Error) Parse(ReadOnlyMemory<byte> body)
    {
        var parser = new SimulatedRequestParser();
        SimulatedRequest? request = null;
        try
        {
            using var document = JsonDocument.Parse(body);
            request = parser.Read(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a string with half a surrogate pair.
            parser.Refuse("We could not parse the JSON body of your request.", null);
        }

        return (parser._error is null ? request : null, parser._error);
    }

    private SimulatedRequest? Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            Refuse("The body must be a JSON object.", null);
            return null;
        }

        var lastRole = ReadMessages(Member(root, "messages"));
        if (Number(root, "n", 1, int.MaxValue) > 1)
        {
            Refuse("The simulated models answer with n = 1 only.", "n");
        }

        if (ReadModel(root) is not { } model)
        {
            return null;
        }

        var sim = Member(root, "sim") ?? default;
        CheckSimulation(sim);
        return new SimulatedRequest
        {
            Model = model,
            Stream = Flag(root, "stream"),
            IncludeUsage = Flag(Member(root, "stream_options") ?? default, "include_usage"),
            OutputMax = Number(root, "max_completion_tokens", 1, int.MaxValue) ?? Number(root, "max_tokens", 1, int.MaxValue),
            Tokens = Number(sim, "tokens", 1, TokensMax) ?? SimulatedText.Tokens,
            TokenPause = TimeSpan.FromMilliseconds(Number(sim, "token_ms", 0, MillisecondsMax) ?? model.TokenMilliseconds),
            FirstTokenPause = TimeSpan.FromMilliseconds(Number(sim, "first_token_ms", 0, MillisecondsMax) ?? 0),
            ToolCall = model.Behaviour == SimulatedBehaviour.Tool && lastRole != "tool" ? SimulatedToolCall.Choose(root) : null,
        };
    }

    private SimulatedModel? ReadModel(JsonElement root)
    {
        if (Text(root, "model") is not { } id)
        {
            Refuse("you must provide a model parameter", "model");
            return null;
        }

        var model = SimulatedModel.Find(id);
        if (model is null)
        {
            _error ??= new OpenAiError(
                $"The model `{id}` does not exist.", OpenAiErrorTypes.InvalidRequest, "model", OpenAiErrorCodes.ModelNotFound);
        }

        return model;
    }

    private string? ReadMessages(JsonElement? messages)
    {
        if (messages is not { ValueKind: JsonValueKind.Array } list)
        {
            Refuse("Missing required parameter: 'messages'.", "messages");
            return null;
        }

        string? role = null;
        for (var i = 0; i < list.GetArrayLength(); i++)
        {
            role = Text(list[i], "role");
            if (!Roles.Contains(role))
            {
                Refuse($"Invalid value: '{role}'. Supported values are: '{string.Join("', '", Roles)}'.", $"messages[{i}].role");
            }
        }

        if (list.GetArrayLength() == 0)
        {
            Refuse("Invalid 'messages': empty array. Expected an array with minimum length 1.", "messages");
        }

        return role;
    }

    private void CheckSimulation(JsonElement sim)
    {
        if (sim.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Object))
        {
            Refuse("'sim' must be an object.", "sim");
            return;
        }

        foreach (var member in sim.ValueKind == JsonValueKind.Object ? sim.EnumerateObject() : default)
        {
            if (member.Name is not ("tokens" or "token_ms" or "first_token_ms"))
            {
                Refuse($"Unrecognized request argument supplied: sim.{member.Name}", $"sim.{member.Name}");
            }
        }
    }

    private static JsonElement? Member(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value)
        && value.ValueKind != JsonValueKind.Null
            ? value
            : null;

    private static string? Text(JsonElement parent, string name) =>
        Member(parent, name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    private bool Flag(JsonElement parent, string name)
    {
        var kind = Member(parent, name)?.ValueKind;
        if (kind is not (null or JsonValueKind.True or JsonValueKind.False))
        {
            Refuse($"Invalid type for '{name}': expected a boolean.", name);
        }

        return kind == JsonValueKind.True;
    }

    private int? Number(JsonElement parent, string name, int min, int max)
    {
        if (Member(parent, name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt32(out var number) || number < min || number > max)
        {
            Refuse($"Invalid '{name}': expected a whole number from {min} to {max}.", name);
            return null;
        }

        return number;
    }

    private void Refuse(string message, string? param) =>
        _error ??= new OpenAiError(message, OpenAiErrorTypes.InvalidRequest, param, null);
}
