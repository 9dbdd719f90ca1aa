using System.Text;
using System.Text.Json;
using AigneHub.Core.Routing;

namespace AigneHub.Gateway.Fronts;

/// <summary>
/// A Messages request for a cloud: the path names the model (and, on Bedrock, says whether the answer is streamed), the body
/// the API's version and, on Bedrock, the betas that Anthropic has in headers
/// (<see
/// href="https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-anthropic-claude-messages-request-response.html"/>,
/// <see href="https://docs.cloud.google.com/vertex-ai/generative-ai/docs/partner-models/claude/use-claude"/>).
/// </summary>
internal static class CloudAnthropicEdit
{
    private const string BedrockVersion = "bedrock-2023-05-31";
    private const string VertexVersion = "vertex-2023-10-16";

    /// <param name="body">A JSON object.</param>
    /// <param name="betas">What the client sent as <c>anthropic-beta</c>; empty for nothing.</param>
    /// <param name="edits">Gets disjoint spans.</param>
    public static void AddTo(
        ReadOnlySpan<byte> body, Dialect dialect, string betas, List<(JsonSpan Replaced, ReadOnlyMemory<byte> By)> edits)
    {
        var isBedrock = dialect == Dialect.BedrockAnthropic;
        var betasInBody = isBedrock && betas.Length > 0;
        var reader = new Utf8JsonReader(body);
        reader.Read();
        var bodyStart = (int)reader.BytesConsumed;
        var headEnd = bodyStart;
        var previousEnd = bodyStart;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var goes = reader.ValueTextEquals("model"u8) || reader.ValueTextEquals("anthropic_version"u8)
                || (isBedrock && reader.ValueTextEquals("stream"u8))
                || (betasInBody && reader.ValueTextEquals("anthropic_beta"u8));
            reader.Read();
            reader.Skip();
            var end = (int)reader.BytesConsumed;
            if (goes && previousEnd == bodyStart)
            {
                headEnd = end;
            }
            else if (goes)
            {
                edits.Add((new JsonSpan(previousEnd, end - previousEnd), default));
            }

            previousEnd = end;
        }

        // First, so that every other member keeps the comma before it.
        var head = $"\"anthropic_version\":\"{(isBedrock ? BedrockVersion : VertexVersion)}\""
            + (betasInBody ? $",\"anthropic_beta\":[{ListOf(betas)}]" : "")
            + (headEnd == bodyStart && previousEnd > bodyStart ? "," : "");
        edits.Add((new JsonSpan(bodyStart, headEnd - bodyStart), Encoding.UTF8.GetBytes(head)));
    }

    private static string ListOf(string betas) => string.Join(',', betas
        .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        .Select(beta => $"\"{JsonEncodedText.Encode(beta)}\""));
}
