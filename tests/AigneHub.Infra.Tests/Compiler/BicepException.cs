namespace AigneHub.Infra.Tests.Compiler;

/// <summary>The compiler refused.</summary>
public sealed class BicepException(string message) : Exception(message);
