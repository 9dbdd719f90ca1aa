using System.Text.Json.Serialization;

namespace AigneHub.Wire.Anthropic;

/// <summary>Source-generated JSON of the Anthropic API's documents that the hub itself writes.</summary>
[JsonSerializable(typeof(AnthropicErrorBody))]
[JsonSerializable(typeof(AnthropicModelList))]
[JsonSerializable(typeof(AnthropicModel))]
public sealed partial class AnthropicJson : JsonSerializerContext;
