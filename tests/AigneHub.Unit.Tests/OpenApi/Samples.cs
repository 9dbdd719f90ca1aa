using System.Text.Json.Nodes;

namespace AigneHub.Unit.Tests.OpenApi;

/// <summary>Bodies of model calls that a reader of the page can send as they are: to the simulated provider where it has such models.</summary>
internal static class Samples
{
    /// <param name="function">Which tells the kind of model.</param>
    /// <param name="fields">That the body must have.</param>
    public static JsonObject Of(string function, IReadOnlyList<string> fields) =>
        new(fields.Select(field => KeyValuePair.Create(field, ValueOf(function, field))));

    private static JsonNode? ValueOf(string function, string field) => field switch
    {
        "model" when function.Contains("Image", StringComparison.Ordinal) => "sim/image",
        "model" when function.Contains("Video", StringComparison.Ordinal) => "sim/video",
        "model" => function switch
        {
            "Embeddings" or "AigneOpenAiEmbeddings" => "openai/text-embedding-3-small",
            "Moderations" => "openai/omni-moderation-latest",
            "Speech" => "openai/tts-1",
            "Rerank" or "RerankV1" => "cohere/rerank-v3.5",
            _ => "sim/chat",
        },
        "messages" => new JsonArray(new JsonObject { ["role"] = "user", ["content"] = "Hello!" }),
        "max_tokens" => 256,
        "voice" => "alloy",
        "prompt" => "The sea at night",
        "input" or "query" => "What is the sea made of?",
        "documents" => new JsonArray("Salt and water.", "Sand."),
        _ => throw new ArgumentException($"There is no sample of '{field}'.", nameof(field)),
    };
}
