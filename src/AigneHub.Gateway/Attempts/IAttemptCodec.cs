using AigneHub.Core;
using AigneHub.Core.Pricing;
using AigneHub.Core.Routing;
using AigneHub.Gateway.Relay;
using AigneHub.Providers;
using AigneHub.Providers.Upstream;

namespace AigneHub.Gateway.Attempts;

/// <summary>How one attempt speaks with its target: in the client's own format, or in another one that it translates.</summary>
internal interface IAttemptCodec : IDisposable
{
    /// <summary>The target's: whose answers are read.</summary>
    ModelApi Api { get; }

    /// <summary>The target is asked for a stream of events.</summary>
    bool Streams { get; }

    /// <summary>The target is asked for bytes that are passed on as they come.</summary>
    bool AnswersBytes { get; }

    /// <summary>The body to send; null, and an error, for what the target's API can't express.</summary>
    (UpstreamPayload? Body, HubError? Error) Request();

    /// <summary>What the client gets of a whole answer; null when it is none that can be read.</summary>
    CodecAnswer? Answer(ReadOnlyMemory<byte> content);

    /// <summary>
    /// Why an answer of the vendor holds nothing that was asked for; null when it does. It is asked before <see cref="Answer"/> is.
    /// </summary>
    VendorError? RefusalIn(ReadOnlyMemory<byte> content) => null;

    /// <summary>
    /// Takes note of an answer before the client gets it; what it costs, where the answer itself doesn't say: null.
    /// </summary>
    /// <exception cref="StorageUnavailableException">It can't be noted, so the client can't have it.</exception>
    ValueTask<TokenUsage?> AcceptAsync(ReadOnlyMemory<byte> content) => ValueTask.FromResult<TokenUsage?>(null);

    /// <summary>What was asked for of images: prices go by it where the answer says nothing else.</summary>
    ReturnedForm Form => default;

    /// <summary>How many images the answer has, as far as it came, where only the codec can tell; null elsewhere.</summary>
    int? Images => null;

    IStreamPasser NewStream();

    /// <summary>Most hold nothing.</summary>
    void IDisposable.Dispose()
    {
    }
}
