using System.Text.Json.Serialization;

namespace AigneHub.Wire.Cohere;

/// <summary>Source-generated JSON of the Cohere API's documents that the hub itself writes.</summary>
[JsonSerializable(typeof(CohereError))]
public sealed partial class CohereJson : JsonSerializerContext;
