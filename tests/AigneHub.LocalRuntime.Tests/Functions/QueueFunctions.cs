using Microsoft.Azure.Functions.Worker;

namespace AigneHub.LocalRuntime.Tests.Functions;

/// <summary>What the queue functions do with a message; set by the test.</summary>
public sealed class MessageHandler(Func<string, CancellationToken, Task> handle)
{
    public Task HandleAsync(string message, CancellationToken cancellationToken) => handle(message, cancellationToken);
}

public sealed class TextQueueFunctions(MessageHandler handler)
{
    [Function("TextQueue")]
    public Task Run(
        [QueueTrigger("%TestQueue%", Connection = "TestStorage")] string message, CancellationToken cancellationToken) =>
        handler.HandleAsync(message, cancellationToken);
}

public sealed class BinaryQueueFunctions(MessageHandler handler)
{
    [Function("BinaryQueue")]
    public Task Run([QueueTrigger("%TestQueue%", Connection = "TestStorage")] BinaryData message) =>
        handler.HandleAsync(Convert.ToHexString(message), CancellationToken.None);
}
