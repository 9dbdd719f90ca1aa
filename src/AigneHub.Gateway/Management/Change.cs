using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace AigneHub.Gateway.Management;

/// <summary>A field of an update that can be taken away: left out, it stays as it is; null takes it away.</summary>
internal readonly record struct Change<T>(bool IsGiven, T? Value)
    where T : class
{
    public T? Or(T? before) => IsGiven ? Value : before;
}

/// <summary>Reads a <see cref="Change{T}"/>; one that is left out is never read.</summary>
internal sealed class ChangeOf<T> : JsonConverter<Change<T>>
    where T : class
{
    public override bool HandleNull => true;

    public override Change<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(
        true,
        reader.TokenType == JsonTokenType.Null
            ? null
            : JsonSerializer.Deserialize(ref reader, (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T))));

    public override void Write(Utf8JsonWriter writer, Change<T> value, JsonSerializerOptions options) =>
        throw new NotSupportedException("Changes are only read.");
}
