using AigneHub.Core;
using AigneHub.Core.Routing;
using AigneHub.Gateway.Relay;
using AigneHub.Providers.Upstream;

namespace AigneHub.Gateway.Attempts;

/// <summary>How one attempt speaks with its target: in the client's own format, or in another one that it translates.</summary>
internal interface IAttemptCodec
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

    IStreamPasser NewStream();
}
