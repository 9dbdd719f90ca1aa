namespace AigneHub.Gateway.Credit;

/// <param name="Name">As it stands in the request.</param>
internal sealed record AskedMember(string Name, AskedRole Role)
{
    /// <summary>Of a group, and of a list of such groups; null of all others.</summary>
    public AskedNames? Within { get; init; }

    /// <summary>What it is another spelling of; one of them may stand in a request.</summary>
    public string Meaning { get; init; } = Name;

    /// <summary>Of a surcharge: the values that cost no more, in whatever case.</summary>
    public string[] Standard { get; init; } = [];
}
