namespace AigneHub.Gateway.Management.Config;

/// <summary>What is stored of a list of a configuration document, after it was loaded.</summary>
internal interface IStoredSection<out TRecord>
{
    IReadOnlyList<TRecord> Stored { get; }
}
