using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace AigneHub.Translation.Images;

/// <summary>Base64 out of a vendor's JSON, checked, as it can be written into JSON again.</summary>
internal static class Base64Text
{
    /// <summary>Null when it is no string in Base64, or an empty one.</summary>
    public static byte[]? Of(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.String)
        {
            return null;
        }

        var raw = JsonMarshal.GetRawUtf8Value(element)[1..^1];

        // Some write the slashes escaped.
        var text = raw.Contains((byte)'\\') ? Encoding.UTF8.GetBytes(element.GetString()!) : raw.ToArray();
        return text.Length > 0 && Base64.IsValid(text) ? text : null;
    }
}
