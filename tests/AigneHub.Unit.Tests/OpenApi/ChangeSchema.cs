using System.Text.Json;
using System.Text.Json.Serialization;
using AigneHub.Gateway.Management;

namespace AigneHub.Unit.Tests.OpenApi;

/// <summary>Stands for <see cref="ChangeOf{T}"/> where schemas are made: those hold default values, which that one does not write.</summary>
internal sealed class ChangeSchema<T> : JsonConverter<Change<T>>
    where T : class
{
    public override Change<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("For schemas alone.");

    public override void Write(Utf8JsonWriter writer, Change<T> value, JsonSerializerOptions options) => writer.WriteNullValue();
}
