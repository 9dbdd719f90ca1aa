using System.Text.Json;

namespace AigneHub.Providers.Reading;

/// <summary>What a member of an answer holds for whoever counts what a model has said.</summary>
internal enum TextMember
{
    /// <summary>No text itself; what is within it may be.</summary>
    Other,

    Text,

    /// <summary>Text that vendors repeat under several names.</summary>
    Reasoning,

    /// <summary>Arguments that are JSON: counted as they are written.</summary>
    Json,

    /// <summary>Nothing within it was said by the model.</summary>
    Skipped,
}

/// <summary>What the member is at whose name the reader stands.</summary>
internal delegate TextMember TextMembers(ref Utf8JsonReader reader);
