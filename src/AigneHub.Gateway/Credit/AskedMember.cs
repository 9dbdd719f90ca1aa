namespace AigneHub.Gateway.Credit;

/// <param name="Name">As it stands in the request.</param>
internal sealed record AskedMember(string Name, AskedRole Role)
{
    /// <summary>Of a group; null of all others.</summary>
    public AskedNames? Within { get; init; }

    /// <summary>Of a surcharge: the values that cost no more, in whatever case.</summary>
    public string[] Standard { get; init; } = [];
}
