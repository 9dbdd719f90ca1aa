using System.Text.Json;
using System.Text.Json.Serialization;
using AigneHub.Core.Pricing;

namespace AigneHub.Gateway.Aigne;

/// <summary>An amount as an exact JSON number in whole units, where AIGNE's documents have numbers.</summary>
[JsonConverter(typeof(Converter))]
internal readonly record struct Amount(long Nanos)
{
    internal sealed class Converter : JsonConverter<Amount>
    {
        public override Amount Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException("Amounts are only written.");

        public override void Write(Utf8JsonWriter writer, Amount value, JsonSerializerOptions options) =>
            writer.WriteRawValue(Nano.ToDecimalString(value.Nanos));
    }
}
