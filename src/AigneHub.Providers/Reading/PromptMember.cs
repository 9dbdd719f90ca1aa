using System.Text.Json;

namespace AigneHub.Providers.Reading;

/// <summary>What a member of a message holds for whoever counts the tokens of a prompt.</summary>
internal enum PromptMember
{
    /// <summary>No text itself; what is within it may be.</summary>
    Other,

    Text,

    /// <summary>Text that costs a token more.</summary>
    Name,

    /// <summary>Arguments and results that are JSON: counted as they are written.</summary>
    Json,

    /// <summary>An image, whatever its value.</summary>
    Image,

    /// <summary>Says by its value whether its object is an image.</summary>
    Kind,

    /// <summary>Says by its value how closely an image is looked at.</summary>
    Detail,

    /// <summary>Not counted.</summary>
    Skipped,
}

/// <summary>What the member is at whose name the reader stands.</summary>
internal delegate PromptMember PromptMembers(ref Utf8JsonReader reader);
