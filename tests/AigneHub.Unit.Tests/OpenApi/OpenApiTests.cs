using System.Text.Json.Nodes;
using AigneHub.Gateway.Management;
using AigneHub.Unit.Tests.Tidy;

namespace AigneHub.Unit.Tests.OpenApi;

/// <summary><c>src/AigneHub.Gateway/OpenApi/openapi.json</c> is what the code says.</summary>
public sealed class OpenApiTests
{
    private const string UpdateVariable = "AIGNEHUB_UPDATE_OPENAPI";
    private const string Path = "src/AigneHub.Gateway/OpenApi/openapi.json";
    private static readonly string Written = OpenApiWriter.Write();
    private static readonly JsonNode Document = JsonNode.Parse(Written)!;

    private static readonly (string Path, string Verb, JsonNode Operation)[] Operations =
    [
        .. from path in Document["paths"]!.AsObject()
           from operation in path.Value!.AsObject()
           select (path.Key, operation.Key, operation.Value),
    ];

    [Fact]
    public void Document_InTheRepository_IsWhatTheFunctionsSay()
    {
        if (Environment.GetEnvironmentVariable(UpdateVariable) == "1")
        {
            File.WriteAllText(System.IO.Path.Combine(Repository.Root, Path), Written);
        }

        var stored = Repository.Read(Path).Split('\n');
        var differs = stored.Zip(Written.Split('\n')).Select((pair, line) => (pair, line)).FirstOrDefault(one => one.pair.First != one.pair.Second);
        Assert.True(
            string.Join('\n', stored) == Written,
            $"{Path} differs from line {differs.line + 1} on. If it should, run this test with {UpdateVariable}=1.");
    }

    [Fact]
    public void Operations_OfManagement_AreTheRoutes() => Assert.Equal(
        ManagementRoutes.All.Select(route => route.Function).Order(StringComparer.Ordinal),
        Operations.Where(one => one.Operation["x-required-permission"] is not null)
            .Select(one => one.Operation["operationId"]!.GetValue<string>()).Order(StringComparer.Ordinal));

    [Fact]
    public void ModelOperations_OfOthersFormats_AreFunctions() => Assert.Empty(
        ModelOperations.All.Select(operation => operation.Function).Except(FunctionTable.Local.Select(function => function.Name)));

    [Fact]
    public void OperationIds_OfAll_AreUnique()
    {
        string[] ids = [.. Operations.Select(one => one.Operation["operationId"]!.GetValue<string>())];
        Assert.Equal(ids.Distinct(), ids);
    }

    /// <summary>A management call with a document in or out has its schema: one that is read as an open object has slipped through.</summary>
    [Fact]
    public void Answers_OfManagement_HaveTheirSchemas() => Assert.All(
        Operations.Where(one => one.Operation["x-required-permission"] is not null), one =>
        {
            var responses = one.Operation["responses"]!.AsObject();
            Assert.Contains(responses, response => response.Key[0] == '2' && (response.Key == "204" || response.Value!["content"] is not null));
            Assert.True(one.Verb is "get" or "delete" or "post" || one.Operation["requestBody"] is not null, one.Path);
        });

    [Fact]
    public void References_InTheDocument_Resolve()
    {
        var references = References(Document).ToArray();
        Assert.NotEmpty(references);
        Assert.All(references, reference => Assert.NotNull(
            reference.TrimStart('#', '/').Split('/').Aggregate((JsonNode?)Document, (node, name) => node?[name])));
    }

    /// <summary>What Azure OpenAI's and AIGNE's paths take is a table in the code, too.</summary>
    [Theory]
    [InlineData("/openai/v1/responses", "post")]
    [InlineData("/v1beta/models/{model}:streamGenerateContent", "post")]
    [InlineData("/api/v2/chat/completions", "post")]
    public void Paths_OfRoutesThatTakeTheRest_StandOneByOne(string path, string verb) =>
        Assert.Contains(Operations, one => one.Path == path && one.Verb == verb);

    private static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject some => some.SelectMany(pair => pair.Key == "$ref" ? [pair.Value!.GetValue<string>()] : References(pair.Value)),
        JsonArray items => items.SelectMany(References),
        _ => [],
    };
}
