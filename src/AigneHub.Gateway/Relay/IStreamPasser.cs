using AigneHub.Providers;

namespace AigneHub.Gateway.Relay;

/// <summary>Hands the events of a stream to the client, in whatever form.</summary>
internal interface IStreamPasser
{
    /// <summary>Events are kept until something else is written.</summary>
    bool IsHolding(StreamedResponse client);

    /// <summary>What is kept until the end is more than the hub holds.</summary>
    bool IsTooLarge => false;

    /// <param name="kind">Neither an error nor malformed.</param>
    void Pass(StreamedResponse client, StreamEventKind kind, ReadOnlySpan<byte> sseEvent);

    /// <summary>The event passed last lacked its blank line.</summary>
    void EndEvent(StreamedResponse client);

    /// <summary>The answer is whole. Not null when there is nothing in it that was asked for.</summary>
    VendorError? End(StreamedResponse client);
}
