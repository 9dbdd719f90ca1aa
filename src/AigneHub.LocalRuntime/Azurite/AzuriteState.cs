using System.Text.Json;
using System.Text.Json.Serialization;

namespace AigneHub.LocalRuntime.Azurite;

/// <summary>
/// The state file of a data folder: which Azurite serves it and who uses it. Read and written under the folder's lock.
/// </summary>
internal sealed record AzuriteState
{
    public required int BlobPort { get; init; }

    public required int QueuePort { get; init; }

    public required int TablePort { get; init; }

    /// <summary>0 until the launcher has started Azurite; it writes the number itself, so that no crash can lose it.</summary>
    public int Pid { get; init; }

    /// <summary>See <see cref="ProcessIdentity.Started"/>; empty when the launcher could not know.</summary>
    public string Started { get; init; } = "";

    public IReadOnlyList<AzuriteUser> Users { get; init; } = [];

    public static AzuriteState? Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), AzuriteStateJson.Default.AzuriteState);
        }
        catch (Exception e) when (e is FileNotFoundException or JsonException)
        {
            return null;
        }
    }

    public void Write(string path)
    {
        var draft = path + ".new";
        File.WriteAllBytes(draft, JsonSerializer.SerializeToUtf8Bytes(this, AzuriteStateJson.Default.AzuriteState));
        File.Move(draft, path, overwrite: true);
    }
}

/// <summary>A lease in a process.</summary>
internal sealed record AzuriteUser(int Pid, string Started, int Lease);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(AzuriteState))]
internal sealed partial class AzuriteStateJson : JsonSerializerContext;
