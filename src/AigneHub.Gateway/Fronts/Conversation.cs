using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace AigneHub.Gateway.Fronts;

/// <summary>Tells which calls belong to one conversation.</summary>
internal static class Conversation
{
    private const int PieceBytesMax = 64 * 1024;
    private static readonly string[] Instructions = ["system", "instructions", "systemInstruction", "system_instruction"];
    private static readonly string[] Messages = ["messages", "contents", "input"];

    /// <summary>
    /// Names the conversation: the caller's key with what its first call began with, which all later calls repeat. The
    /// caller's own word for it (<c>prompt_cache_key</c>) wins.
    /// </summary>
    /// <param name="keyId">Of the hub key.</param>
    /// <param name="request">An object.</param>
    public static ulong KeyOf(string keyId, JsonElement request)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(keyId));
        try
        {
            if (request.TryGetProperty("prompt_cache_key", out var named) && named.ValueKind == JsonValueKind.String)
            {
                Append(hash, named);
            }
            else
            {
                AppendBeginning(hash, request);
            }
        }
        catch (InvalidOperationException)
        {
            // A name with half a surrogate pair can't be read: the conversation is told by what came before it.
        }

        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetHashAndReset(digest);
        return BinaryPrimitives.ReadUInt64LittleEndian(digest);
    }

    /// <summary>The instructions and the messages up to the user's first.</summary>
    private static void AppendBeginning(IncrementalHash hash, JsonElement request)
    {
        foreach (var name in Instructions)
        {
            if (request.TryGetProperty(name, out var instructions))
            {
                Append(hash, instructions);
            }
        }

        foreach (var name in Messages)
        {
            if (request.TryGetProperty(name, out var messages))
            {
                AppendMessages(hash, messages);
            }
        }
    }

    private static void AppendMessages(IncrementalHash hash, JsonElement messages)
    {
        if (messages.ValueKind != JsonValueKind.Array)
        {
            Append(hash, messages);
            return;
        }

        foreach (var message in messages.EnumerateArray())
        {
            Append(hash, message);
            if (IsUsers(message))
            {
                return;
            }
        }
    }

    private static bool IsUsers(JsonElement message) =>
        message.ValueKind != JsonValueKind.Object || !message.TryGetProperty("role", out var role)
        || (role.ValueKind == JsonValueKind.String && role.ValueEquals("user"u8));

    private static void Append(IncrementalHash hash, JsonElement value)
    {
        var bytes = JsonMarshal.GetRawUtf8Value(value);
        hash.AppendData(bytes[..Math.Min(bytes.Length, PieceBytesMax)]);
    }
}
