using System.Text.Json.Nodes;

namespace AigneHub.Unit.Tests.OpenApi;

/// <summary>What errors look like in each format of the model calls, as far as clients may build on it.</summary>
internal static class ErrorSchemas
{
    private const string Text = """
        {
          "OpenAiError": {
            "type": "object", "description": "An error in OpenAI's format.", "required": ["error"],
            "properties": {"error": {
              "type": "object", "required": ["message", "type", "code"],
              "properties": {
                "message": {"type": "string"}, "type": {"type": "string"}, "param": {"type": ["string", "null"]},
                "code": {"type": ["string", "null"]}
              }
            }}
          },
          "AnthropicError": {
            "type": "object", "description": "An error in Anthropic's format.", "required": ["type", "error"],
            "properties": {
              "type": {"type": "string", "enum": ["error"]},
              "error": {
                "type": "object", "required": ["type", "message"],
                "properties": {"type": {"type": "string"}, "message": {"type": "string"}}
              },
              "request_id": {"type": "string"}
            }
          },
          "GeminiError": {
            "type": "object", "description": "An error in Gemini's format.", "required": ["error"],
            "properties": {"error": {
              "type": "object", "required": ["code", "message", "status"],
              "properties": {
                "code": {"type": "integer"}, "message": {"type": "string"}, "status": {"type": "string"},
                "details": {"type": "array", "items": {"type": "object"}}
              }
            }}
          },
          "CohereError": {
            "type": "object", "description": "An error in Cohere's format.", "required": ["message"],
            "properties": {"message": {"type": "string"}, "id": {"type": "string"}}
          },
          "AigneError": {
            "type": "object", "description": "An error in AIGNE Hub's format."
          }
        }
        """;

    public static IEnumerable<KeyValuePair<string, JsonNode>> All =>
        JsonNode.Parse(Text)!.AsObject().Select(pair => KeyValuePair.Create(pair.Key, pair.Value!.DeepClone()));
}
