using System.Collections.Frozen;
using System.Text.Json;
using AigneHub.Core;
using AigneHub.Translation.Model;
using AigneHub.Translation.OpenAi;
using AigneHub.Translation.Reading;

namespace AigneHub.Translation.Aigne;

/// <summary>
/// Reads <c>{ input: { messages, tools, toolChoice, responseFormat, modelOptions }, options }</c>. Agents put more than that into
/// <c>input</c> and <c>options</c>, which means nothing to a model and is passed over; of <c>modelOptions</c> nothing is.
/// </summary>
internal static class AigneRequestReader
{
    private static readonly FrozenSet<string> Known = new[]
    {
        "model", "temperature", "topP", "topK", "frequencyPenalty", "presencePenalty", "parallelToolCalls", "modalities",
        "reasoningEffort", "cacheConfig", "maxTokens", "max_tokens", "seed", "stop", "preferInputFileType",
    }.ToFrozenSet();

    public static (ChatRequest? Request, HubError? Error) Read(JsonElement body)
    {
        var fields = new RequestFields();
        if (!WellFormedText.IsIn(body))
        {
            fields.Invalid("input", "The body holds text that is no Unicode, e.g. half a surrogate pair.");
            return (null, fields.Error);
        }

        if (!fields.TryObject(body, "input", "input", out var input))
        {
            fields.Invalid("input", "input is missing: send {\"input\":{\"messages\":[…],\"modelOptions\":{\"model\":…}}}.");
            return (null, fields.Error);
        }

        fields.TryObject(input, "modelOptions", "input.modelOptions", out var options);
        CheckModalities(options, fields);
        var cache = AigneCache.Of(options, fields);
        var items = new AigneMessageReader(fields, cache).Read(input);
        var tools = OpenAiTools.Read(input, nested: true, fields);
        var request = new ChatRequest
        {
            Items = cache.Mark(items),
            Tools = cache.Mark(tools),
            ToolChoice = ReadChoice(input, fields),
            ParallelToolCalls = tools.Count > 0 ? fields.Flag(options, "parallelToolCalls") : null,
            MaxOutputTokens = fields.Count(options, "maxTokens") ?? fields.Count(options, "max_tokens"),
            Temperature = fields.Number(options, "temperature"),
            TopP = fields.Number(options, "topP"),
            TopK = fields.Count(options, "topK"),
            Stop = ChatRequestReader.ReadStop(options, fields),
            Format = ReadFormat(input, fields),
            Reasoning = ReadReasoning(options, fields),
            Seed = fields.Whole(options, "seed"),
            PresencePenalty = fields.Number(options, "presencePenalty"),
            FrequencyPenalty = fields.Number(options, "frequencyPenalty"),
            Others = options.ValueKind == JsonValueKind.Object ? ChatRequestReader.ReadOthers(options, Known) : [],
        };
        return fields.Error is { } error ? (null, error) : (request, null);
    }

    private static void CheckModalities(JsonElement options, RequestFields fields)
    {
        if (fields.TryList(options, "modalities", "modalities", out var modalities)
            && modalities.Value.EnumerateArray().Any(m => m.ValueKind != JsonValueKind.String || m.GetString() != "text"))
        {
            fields.Unsupported("modalities", "A chat answers in text here: ask for the modality text alone.");
        }
    }

    private static ToolChoice? ReadChoice(JsonElement input, RequestFields fields)
    {
        const string Name = "toolChoice";
        if (!RequestFields.Has(input, Name, out var choice))
        {
            return null;
        }

        switch (choice.ValueKind == JsonValueKind.String ? choice.GetString() : RequestFields.TextOf(choice, "type"))
        {
            case "auto":
                return new ToolChoice(ToolChoiceKind.Auto, []);
            case "none":
                return new ToolChoice(ToolChoiceKind.None, []);
            case "required":
                return new ToolChoice(ToolChoiceKind.Required, []);
            case "function" when RequestFields.Has(choice, "function", out var function):
                return new ToolChoice(ToolChoiceKind.Named, [fields.NeededText(function, "name", $"{Name}.function.name")]);
            default:
                fields.Invalid(Name, "toolChoice must be auto, none, required, or a function with its name.");
                return null;
        }
    }

    private static OutputFormat? ReadFormat(JsonElement input, RequestFields fields)
    {
        const string Name = "responseFormat";
        if (!fields.TryObject(input, Name, Name, out var format))
        {
            return null;
        }

        switch (RequestFields.TextOf(format, "type"))
        {
            case "text":
                return null;
            case "json_object":
                return new OutputFormat(null, null, null);
            case "json_schema" when fields.TryObject(format, "jsonSchema", $"{Name}.jsonSchema", out var holder)
                && fields.TryObject(holder, "schema", $"{Name}.jsonSchema.schema", out var schema):
                return new OutputFormat(
                    fields.Text(holder, "name", $"{Name}.jsonSchema.name"), schema, fields.Flag(holder, "strict"),
                    fields.Text(holder, "description", $"{Name}.jsonSchema.description"));
            default:
                fields.Invalid(
                    Name, "responseFormat must be of the type text, json_object or json_schema, the latter with jsonSchema.schema.");
                return null;
        }
    }

    /// <summary>A number is a budget of tokens. Thoughts are part of the answer, so they are asked for with it.</summary>
    private static ReasoningRequest? ReadReasoning(JsonElement options, RequestFields fields)
    {
        const string Name = "reasoningEffort";
        if (!RequestFields.Has(options, Name, out var effort))
        {
            return null;
        }

        if (effort.ValueKind == JsonValueKind.String)
        {
            return new ReasoningRequest(effort.GetString(), null, Summary: true);
        }

        if (effort.ValueKind == JsonValueKind.Number && effort.TryGetInt32(out var budget) && budget >= 0)
        {
            return new ReasoningRequest(null, budget, Summary: true);
        }

        fields.Invalid(Name, "reasoningEffort must be minimal, low, medium, high, or a number of tokens.");
        return null;
    }
}
