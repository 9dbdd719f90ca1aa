using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AigneHub.Core.Access;
using AigneHub.Gateway.Management;
using AigneHub.Unit.Tests.Tidy;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Unit.Tests.OpenApi;

/// <summary>The document of the hub's API, https://spec.openapis.org/oas/v3.1.1.html, made of the functions.</summary>
internal sealed partial class OpenApiWriter
{
    private const string ProblemMedia = "application/problem+json";
    private const string JsonMedia = "application/json";
    private static readonly JsonSerializerOptions Options = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly SchemaBook _schemas = new();
    private readonly SortedDictionary<string, SortedDictionary<string, JsonNode>> _paths = new(StringComparer.Ordinal);

    public static string Write() => new OpenApiWriter().Document();

    private string Document()
    {
        _schemas.Of(typeof(ProblemDocument));
        foreach (var (key, schema) in ErrorSchemas.All)
        {
            _schemas.Schemas[key] = schema;
        }

        var routes = ManagementRoutes.All.ToDictionary(route => route.Function);
        var models = ModelOperations.All.ToDictionary(operation => operation.Function);
        foreach (var (method, name, http) in FunctionTable.Local.Where(function => function.Http is { Route: not (null or "{*path}") }))
        {
            foreach (var verb in http!.Methods!)
            {
                var path = "/" + http.Route!.Replace("{*", "{", StringComparison.Ordinal);
                if (routes.TryGetValue(name, out var route))
                {
                    Add(path, verb, ManagementOperation(method, verb, path, route));
                }
                else if (models.TryGetValue(name, out var model))
                {
                    foreach (var one in model.Paths.DefaultIfEmpty(path))
                    {
                        Add(one, verb, ModelCall(verb, path, one, model));
                    }
                }
                else
                {
                    throw new InvalidOperationException(
                        $"The function {name} has neither a row in ManagementRoutes nor one in ModelOperations.");
                }
            }
        }

        return Root().ToJsonString(Options) + "\n";
    }

    private void Add(string path, string verb, JsonObject operation)
    {
        if (!_paths.TryGetValue(path, out var operations))
        {
            _paths[path] = operations = new SortedDictionary<string, JsonNode>(StringComparer.Ordinal);
        }

        operations.Add(verb.ToLowerInvariant(), operation);
    }

    private JsonObject Root() => new()
    {
        ["openapi"] = "3.1.1",
        ["info"] = new JsonObject
        {
            ["title"] = "AigneHub",
            ["version"] = typeof(ManagementHandler).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!
                .InformationalVersion.Split('+')[0],
            ["description"] =
                "An AI gateway: model calls in the formats of OpenAI, Azure OpenAI, Anthropic, Gemini, Cohere and AIGNE Hub, whose own "
                + "documentation says what their bodies hold, and the calls that manage the hub. Management calls refuse unknown and "
                + "repeated fields and query parameters; their errors are problem details (RFC 9457). Times are ISO 8601 in UTC, amounts are "
                + "texts in whole units. Every answer names its request in `x-request-id`.",
            ["license"] = new JsonObject { ["name"] = "MIT", ["identifier"] = "MIT" },
        },
        ["servers"] = new JsonArray(new JsonObject { ["url"] = "/", ["description"] = "This hub" }),
        ["security"] = SecuritySchemes.Any(),
        ["tags"] = CallGroups.Tags(),
        ["paths"] = new JsonObject(_paths.Select(path => KeyValuePair.Create(
            path.Key,
            (JsonNode?)new JsonObject(path.Value.Select(one => KeyValuePair.Create(one.Key, (JsonNode?)one.Value)))))),
        ["components"] = new JsonObject
        {
            ["schemas"] = new JsonObject(_schemas.Schemas.Select(one => KeyValuePair.Create(one.Key, (JsonNode?)one.Value))),
            ["responses"] = new JsonObject(
                ErrorSchemas.All.Select(pair => pair.Key).Append("Problem").Order(StringComparer.Ordinal)
                    .Select(name => KeyValuePair.Create(name, (JsonNode?)ErrorResponse(name)))),
            ["securitySchemes"] = SecuritySchemes.All(),
        },
    };

    private static JsonObject Head(string verb, string path, string operationId)
    {
        var what = CallRows.WhatOf(verb, path);
        return new JsonObject
        {
            ["operationId"] = operationId,
            ["tags"] = new JsonArray(CallGroups.Of(path)),
            ["summary"] = char.ToUpperInvariant(what[0]) + what[1..],
        };
    }

    private JsonObject ManagementOperation(MethodInfo function, string verb, string path, ManagementRoute route)
    {
        var facts = CallFacts.Of(function);
        var roles = string.Join(", ", Enum.GetValues<Role>().Where(role => Roles.Allow(role, route.Permission))
            .Select(role => $"`{JsonNamingPolicy.CamelCase.ConvertName(role.ToString())}`"));
        var scope = route.Scope switch
        {
            RouteScope.Hub => "on the whole hub",
            RouteScope.Own => "in its own account",
            _ => $"of the {route.Scope.ToString().ToLowerInvariant()} or on the whole hub",
        };
        var operation = Head(verb, path, route.Function);
        operation["description"] = $"Needs one of the roles {roles} {scope}."
            + (route.Mode is { } mode ? $" Mode `{mode}` only." : "");
        operation["x-required-permission"] = JsonNamingPolicy.CamelCase.ConvertName(route.Permission.ToString());
        operation["x-scope"] = JsonNamingPolicy.CamelCase.ConvertName(route.Scope.ToString());
        if (route.Mode is { } only)
        {
            operation["x-mode"] = only.ToString();
            // What every call of the other mode is told, before it is run.
            facts.AddError(StatusCodes.Status409Conflict, "mode_differs");
        }

        JsonNode[] parameters =
        [
            .. PathParameters(path), .. facts.Query.Where(one => !Exceptions.IsNotTaken(route.Function, one.Name)).Select(Parameter),
            .. HeaderParameters(facts, verb),
        ];
        if (parameters.Length > 0)
        {
            operation["parameters"] = new JsonArray(parameters);
        }

        if ((Exceptions.BodyOf(route.Function, _schemas) ?? BodyOf(facts.Reads)) is { } body)
        {
            operation["requestBody"] = body;
        }

        var responses = new JsonObject();
        foreach (var status in Exceptions.AnswerOf(route.Function, _schemas) is null ? facts.Statuses : [StatusCodes.Status200OK])
        {
            responses[$"{status}"] = Success(status, facts, route.Function);
        }

        AddErrors(responses, facts, route.Function, path, isChange: verb != "get");
        operation["responses"] = responses;
        return operation;
    }

    private JsonObject? BodyOf(HashSet<Type> types) => types.Count == 0 ? null : new JsonObject
    {
        ["required"] = true,
        ["content"] = new JsonObject { [JsonMedia] = new JsonObject { ["schema"] = _schemas.Of(types) } },
    };

    private JsonObject Success(int status, CallFacts facts, string function)
    {
        var response = new JsonObject { ["description"] = status switch { 201 => "Created", 202 => "Accepted", 204 => "Done", _ => "OK" } };
        if (facts.HasETag && status != 204)
        {
            response["headers"] = new JsonObject
            {
                ["ETag"] = new JsonObject
                {
                    ["description"] = "The version, for `If-Match`.",
                    ["schema"] = new JsonObject { ["type"] = "string" },
                },
            };
        }

        if (Exceptions.AnswerOf(function, _schemas) is { } known)
        {
            response["content"] = known;
        }
        else if (status != 204 && facts.Writes.Count > 0)
        {
            response["content"] = new JsonObject { [JsonMedia] = new JsonObject { ["schema"] = _schemas.Of(facts.Writes) } };
        }

        return response;
    }

    private static void AddErrors(JsonObject responses, CallFacts facts, string function, string path, bool isChange)
    {
        var hasPathValue = path.Contains('{', StringComparison.Ordinal);
        var errors = new SortedDictionary<int, SortedSet<string>>(facts.Errors);
        foreach (var (status, codes) in Exceptions.ErrorsOfAll)
        {
            Put(status, codes);
        }

        foreach (var status in Exceptions.PartlyApplied(function))
        {
            Put(status, "partly_applied");
        }

        if (isChange)
        {
            Put(429, "rate_limit_exceeded");
        }

        if (facts.Query.Any())
        {
            Put(400, "invalid_request");
        }

        if (facts.Reads.Count > 0 || facts.ReadsBytes)
        {
            Put(400, "invalid_request");
            Put(413, "request_too_large");
            Put(415, "unsupported_media_type");
        }

        if (hasPathValue)
        {
            Put(404);
        }
        else if (errors.TryGetValue(404, out var missing) && missing.SetEquals(["not_found"]))
        {
            // Of the writes' common errors, which creations don't meet; likewise the next two.
            errors.Remove(404);
        }

        if (!facts.TakesIfMatch)
        {
            errors.Remove(412);
        }

        if (!facts.NeedsIfMatch)
        {
            errors.Remove(428);
        }

        foreach (var (status, codes) in errors)
        {
            responses[$"{status}"] = Error(
                "Problem", codes.Count == 0 ? "There is nothing of this id." : $"Codes: {string.Join(", ", codes.Select(code => $"`{code}`"))}.");
        }

        void Put(int status, params ReadOnlySpan<string> codes)
        {
            if (!errors.TryGetValue(status, out var known))
            {
                errors[status] = known = new SortedSet<string>(StringComparer.Ordinal);
            }

            foreach (var code in codes)
            {
                known.Add(code);
            }
        }
    }

    private static JsonObject Error(string schema, string description) =>
        new() { ["$ref"] = $"#/components/responses/{schema}", ["description"] = description };

    private static JsonObject ErrorResponse(string schema) => new()
    {
        ["description"] = schema == "Problem" ? "Problem details, RFC 9457." : "An error of the hub, or the vendor's own.",
        ["content"] = new JsonObject
        {
            [schema == "Problem" ? ProblemMedia : JsonMedia] = new JsonObject { ["schema"] = SchemaBook.ReferenceTo(schema) },
        },
    };

    private static IEnumerable<JsonNode> PathParameters(string path) => PathValue().Matches(path).Select(match => new JsonObject
    {
        ["name"] = match.Groups[1].Value,
        ["in"] = "path",
        ["required"] = true,
        ["schema"] = new JsonObject { ["type"] = "string" },
    });

    private static JsonNode Parameter(QueryParameter one)
    {
        var schema = one.Kind switch
        {
            "Limit" => new JsonObject { ["type"] = "integer", ["minimum"] = 1 },
            "Flag" => new JsonObject { ["type"] = "boolean" },
            "Time" => new JsonObject { ["type"] = "string", ["format"] = "date-time" },
            _ => new JsonObject { ["type"] = "string" },
        };
        if (one.Max is { } max)
        {
            schema["maximum"] = max;
        }

        if (one.Default is { } known)
        {
            schema["default"] = one.Kind == "Flag" ? known != 0 : known;
        }

        string[] words = [.. one.Words, .. Exceptions.OtherWords(one.Name)];
        if (one.Words.Count > 0)
        {
            schema["enum"] = new JsonArray([.. words.Distinct().Select(word => (JsonNode)word!)]);
        }

        var parameter = new JsonObject { ["name"] = one.Name, ["in"] = "query", ["schema"] = schema };
        if (Exceptions.MeaningOf(one.Name) is { } meaning)
        {
            parameter["description"] = meaning;
        }

        return parameter;
    }

    private static IEnumerable<JsonNode> HeaderParameters(CallFacts facts, string verb)
    {
        if (facts.TakesIfMatch)
        {
            yield return Header("If-Match", "The ETag of the version that is changed.", facts.NeedsIfMatch && verb is "patch");
        }

        if (facts.TakesIdempotencyKey)
        {
            var isNeeded = facts.Errors.GetValueOrDefault(400)?.Contains("idempotency_key_required") == true;
            yield return Header("Idempotency-Key", "A repeat under the same key is done once.", isNeeded);
        }
    }

    private static JsonObject Header(string name, string description, bool isNeeded) => new JsonObject
    {
        ["name"] = name,
        ["in"] = "header",
        ["required"] = isNeeded,
        ["description"] = description,
        ["schema"] = new JsonObject { ["type"] = "string" },
    };

    private JsonObject ModelCall(string verb, string route, string path, ModelOperation model)
    {
        // Of a route that takes the rest: what follows its fixed part, and the model's name in it.
        var rest = path == route ? "" : path[route.IndexOf('{', StringComparison.Ordinal)..];
        var id = rest.Length == 0
            ? model.Function
            : $"{model.Function}_{NotWord().Replace(rest[(rest.LastIndexOf('}') + 1)..], "_").Trim('_')}";
        var operation = Head(verb, path, id);
        if (model.Spec.Length > 0)
        {
            operation["externalDocs"] = new JsonObject { ["url"] = model.Spec };
        }

        if (model.IsForAll)
        {
            var security = SecuritySchemes.Any();
            security.Insert(0, new JsonObject());
            operation["security"] = security;
        }

        JsonNode[] parameters = [.. PathParameters(path)];
        if (parameters.Length > 0)
        {
            operation["parameters"] = new JsonArray(parameters);
        }

        if (model.IsForTokens)
        {
            operation["security"] = SecuritySchemes.Token();
        }

        if (model.Body is { } body)
        {
            operation["requestBody"] = BodyOf([body]);
        }
        else if (model.Request.Count > 0)
        {
            operation["requestBody"] = new JsonObject { ["required"] = true, ["content"] = Media(model.Function, model.Request, model.Fields) };
        }

        var success = new JsonObject
        {
            ["description"] = model.Spec.Length > 0 ? "As the format's owner describes it." : "OK",
        };
        if (model.Answers.Count > 0)
        {
            success["content"] = model.Answer is { } type
                ? new JsonObject { [JsonMedia] = new JsonObject { ["schema"] = _schemas.Of(type) } }
                : Media(model.Function, model.Answers, []);
        }

        operation["responses"] = new JsonObject
        {
            ["200"] = success,
            ["default"] = Error(model.Errors, "An error of the hub, or the vendor's own."),
        };
        return operation;
    }

    private static JsonObject Media(string operationId, IEnumerable<string> types, IReadOnlyList<string> fields) => new(types.Select(type =>
    {
        var schema = new JsonObject();
        if (type is JsonMedia or "multipart/form-data")
        {
            schema["type"] = "object";
        }

        if (fields.Count > 0)
        {
            schema["required"] = new JsonArray([.. fields.Select(field => (JsonNode)field!)]);
            if (type == JsonMedia)
            {
                schema["example"] = Samples.Of(operationId, fields);
            }
        }

        return KeyValuePair.Create(type, (JsonNode?)new JsonObject { ["schema"] = schema });
    }));

    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex PathValue();

    [GeneratedRegex(@"\W+")]
    private static partial Regex NotWord();
}
