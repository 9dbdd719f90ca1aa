using System.Text.Json;
using AigneHub.Core;
using AigneHub.Translation.Model;
using AigneHub.Translation.Reading;

namespace AigneHub.Translation.Anthropic;

/// <summary>Reads one client's request (<see href="https://docs.claude.com/en/api/messages"/>).</summary>
internal sealed class MessagesRequestReader
{
    private readonly RequestFailure _failure = new();
    private readonly Dictionary<string, JsonElement> _others = [];

    public (ChatRequest? Request, HubError? Error) Read(JsonElement body)
    {
        if (WellFormedText.Refuse(body, "messages") is { } refused)
        {
            return (null, refused);
        }

        var request = ReadMembers(body);
        return _failure.Error is { } error ? (null, error) : (request, null);
    }

    private ChatRequest ReadMembers(JsonElement body)
    {
        var content = new MessagesContentReader(_failure);
        var request = new ChatRequest { Items = [] };
        JsonElement? messages = null;
        string? effort = null;
        foreach (var member in body.EnumerateObject())
        {
            var value = member.Value;
            if (value.ValueKind == JsonValueKind.Null)
            {
                continue;
            }

            switch (member.Name)
            {
                case "model":
                    break;
                case "messages":
                    messages = value;
                    break;
                case "system":
                    content.ReadSystem(value, "system");
                    break;
                case "max_tokens":
                    request = request with { MaxOutputTokens = Integer(value, "max_tokens") };
                    break;
                case "temperature":
                    request = request with { Temperature = Number(value, "temperature") };
                    break;
                case "top_p":
                    request = request with { TopP = Number(value, "top_p") };
                    break;
                case "top_k":
                    request = request with { TopK = Integer(value, "top_k") };
                    break;
                case "stream":
                    request = request with { Stream = Boolean(value, "stream") };
                    break;
                case "stop_sequences":
                    request = request with { Stop = Strings(value, "stop_sequences") };
                    break;
                case "tools":
                    request = request with { Tools = ToolReader.Read(value, _failure, _others) };
                    break;
                case "tool_choice":
                    var (choice, isParallel) = ToolReader.ReadChoice(value, _failure);
                    request = request with { ToolChoice = choice, ParallelToolCalls = isParallel };
                    break;
                case "thinking":
                    request = request with { Reasoning = ReadThinking(value) };
                    break;
                case "output_config":
                    effort = ReadOutputConfig(value, ref request);
                    break;
                case "output_format":
                    request = request with { Format = ReadFormat(value, "output_format") };
                    break;
                case "service_tier":
                    request = request with { ServiceTier = Text(value, "service_tier") };
                    break;
                case "metadata":
                    request = request with { User = ReadUser(value) };
                    break;
                default:
                    _others[member.Name] = value;
                    break;
            }
        }

        if (messages is { } list)
        {
            content.ReadMessages(list);
        }
        else
        {
            _failure.Invalid("messages", "messages is missing: an array of messages.");
        }

        if (effort is not null && request.Reasoning is not { Effort: "none" })
        {
            request = request with { Reasoning = (request.Reasoning ?? new(null, null, null)) with { Effort = effort } };
        }

        return request with { Items = content.Items, Others = _others };
    }

    private ReasoningRequest? ReadThinking(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            _failure.Invalid("thinking", "thinking must be an object.");
            return null;
        }

        bool? summary = MessagesJson.Text(value, "display") switch { "summarized" => true, "omitted" => false, _ => null };
        switch (MessagesJson.Text(value, "type"))
        {
            case "enabled":
                return value.TryGetProperty("budget_tokens", out var budget)
                    ? new ReasoningRequest(null, Integer(budget, "thinking.budget_tokens"), summary)
                    : new ReasoningRequest(null, -1, summary);
            case "adaptive":
                return new ReasoningRequest(null, -1, summary);
            case "disabled":
                return new ReasoningRequest("none", null, null);
            default:
                _failure.Invalid("thinking.type", "thinking.type must be 'enabled', 'adaptive' or 'disabled'.");
                return null;
        }
    }

    /// <returns>The effort; null when it is not said.</returns>
    private string? ReadOutputConfig(JsonElement value, ref ChatRequest request)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            _failure.Invalid("output_config", "output_config must be an object.");
            return null;
        }

        string? effort = null;
        foreach (var member in value.EnumerateObject())
        {
            switch (member.Name)
            {
                case var _ when member.Value.ValueKind == JsonValueKind.Null:
                    break;
                case "effort":
                    effort = Text(member.Value, "output_config.effort");
                    if (effort is not ("low" or "medium" or "high" or "xhigh" or "max"))
                    {
                        _failure.Invalid("output_config.effort", "output_config.effort must be low, medium, high, xhigh or max.");
                    }

                    break;
                case "format":
                    request = request with { Format = ReadFormat(member.Value, "output_config.format") };
                    break;
                default:
                    _others["output_config." + member.Name] = member.Value;
                    break;
            }
        }

        return effort;
    }

    private OutputFormat? ReadFormat(JsonElement value, string param)
    {
        if (MessagesJson.Text(value, "type") == "json_schema" && value.TryGetProperty("schema", out var schema)
            && schema.ValueKind == JsonValueKind.Object)
        {
            return new OutputFormat(null, schema, true);
        }

        _failure.Invalid(param, $"{param} must be of type json_schema with an object as its schema.");
        return null;
    }

    private string? ReadUser(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            _failure.Invalid("metadata", "metadata must be an object.");
            return null;
        }

        return MessagesJson.Text(value, "user_id");
    }

    private string? Text(JsonElement value, string param)
    {
        if (value.ValueKind == JsonValueKind.String)
        {
            return value.GetString();
        }

        _failure.Invalid(param, $"{param} must be a string.");
        return null;
    }

    private int? Integer(JsonElement value, string param)
    {
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= 0)
        {
            return number;
        }

        _failure.Invalid(param, $"{param} must be a whole number that is not negative.");
        return null;
    }

    private double? Number(JsonElement value, string param)
    {
        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number))
        {
            return number;
        }

        _failure.Invalid(param, $"{param} must be a number.");
        return null;
    }

    private bool Boolean(JsonElement value, string param)
    {
        if (value.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
        {
            _failure.Invalid(param, $"{param} must be true or false.");
        }

        return value.ValueKind == JsonValueKind.True;
    }

    private List<string> Strings(JsonElement value, string param)
    {
        if (value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(one => one.ValueKind == JsonValueKind.String))
        {
            return [.. value.EnumerateArray().Select(one => one.GetString()!)];
        }

        _failure.Invalid(param, $"{param} must be an array of strings.");
        return [];
    }
}
