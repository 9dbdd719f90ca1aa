using System.Text.Json.Serialization;

namespace AigneHub.Wire.OpenAi;

/// <summary>Source-generated JSON of the OpenAI API's documents that the hub itself writes.</summary>
[JsonSerializable(typeof(OpenAiErrorBody))]
[JsonSerializable(typeof(OpenAiErrorEvent))]
[JsonSerializable(typeof(OpenAiModelList))]
[JsonSerializable(typeof(OpenAiModel))]
public sealed partial class OpenAiJson : JsonSerializerContext;
