using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using AigneHub.Core;

namespace AigneHub.Translation.Reading;

/// <summary>
/// Reads members of a caller's JSON whose values may be of any type. The first fault is kept in <see cref="Error"/> and reading
/// goes on with nothing in its place, so that readers need no check after every member. A member that is null is absent.
/// </summary>
/// <remarks>For documents that <see cref="WellFormedText"/> has looked over.</remarks>
internal sealed class RequestFields
{
    public HubError? Error { get; private set; }

    /// <summary>A value that can't be understood.</summary>
    public void Invalid(string path, string message) =>
        Error ??= new HubError(400, "invalid_request", Blame.Caller, message, path);

    /// <summary>A value that is right but can't be carried over.</summary>
    public void Unsupported(string path, string message) =>
        Error ??= new HubError(400, "unsupported_parameter", Blame.Caller, message, path);

    public static bool Has(JsonElement parent, string name, out JsonElement value)
    {
        value = default;
        return parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out value)
            && value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined);
    }

    public static string? TextOf(JsonElement parent, string name) =>
        Has(parent, name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    public string? Text(JsonElement parent, string name, string path)
    {
        if (!Has(parent, name, out var value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.String)
        {
            return value.GetString();
        }

        Invalid(path, $"{path} must be a string.");
        return null;
    }

    /// <summary>Never null; a missing one is a fault.</summary>
    public string NeededText(JsonElement parent, string name, string path)
    {
        if (Text(parent, name, path) is { } text)
        {
            return text;
        }

        Invalid(path, $"{path} is missing.");
        return "";
    }

    public bool? Flag(JsonElement parent, string name)
    {
        if (!Has(parent, name, out var value))
        {
            return null;
        }

        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return value.GetBoolean();
        }

        Invalid(name, $"{name} must be true or false.");
        return null;
    }

    public double? Number(JsonElement parent, string name)
    {
        if (!Has(parent, name, out var value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number))
        {
            return number;
        }

        Invalid(name, $"{name} must be a number.");
        return null;
    }

    public long? Whole(JsonElement parent, string name)
    {
        if (!Has(parent, name, out var value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number))
        {
            return number;
        }

        Invalid(name, $"{name} must be a whole number.");
        return null;
    }

    /// <summary>A whole number of at least 1.</summary>
    public int? Count(JsonElement parent, string name)
    {
        var number = Whole(parent, name);
        if (number is null or (>= 1 and <= int.MaxValue))
        {
            return (int?)number;
        }

        Invalid(name, $"{name} must be a whole number of at least 1.");
        return null;
    }

    public bool TryList(JsonElement parent, string name, string path, [NotNullWhen(true)] out JsonElement? list)
    {
        list = null;
        if (!Has(parent, name, out var value))
        {
            return false;
        }

        if (value.ValueKind == JsonValueKind.Array)
        {
            list = value;
            return true;
        }

        Invalid(path, $"{path} must be a list.");
        return false;
    }

    public bool TryObject(JsonElement parent, string name, string path, out JsonElement found)
    {
        if (!Has(parent, name, out found))
        {
            return false;
        }

        if (found.ValueKind == JsonValueKind.Object)
        {
            return true;
        }

        Invalid(path, $"{path} must be an object.");
        return false;
    }
}
