namespace AigneHub.Infra.Tests.Compiler;

/// <summary>Tests that ask the compiler: one after the other, of one process.</summary>
[CollectionDefinition(Name)]
public sealed class BicepCollection : ICollectionFixture<BicepCompiler>
{
    public const string Name = "Bicep";
}
