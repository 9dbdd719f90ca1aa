using AigneHub.Core;
using AigneHub.Core.Routing;
using AigneHub.Gateway.Relay;
using AigneHub.Providers.Upstream;

namespace AigneHub.Gateway.Attempts;

/// <summary>How one attempt speaks with its target: in the client's own format, or in another one that it translates.</summary>
internal interface IAttemptCodec : IDisposable
{
    /// <summary>The target's: whose answers are read.</summary>
    ModelApi Api { get; }

    /// <summary>The body to send; null, and an error, for what the target's API can't express.</summary>
    (UpstreamPayload? Body, HubError? Error) Request();

    /// <summary>What the client gets of a whole answer; null when it is none that can be read.</summary>
    ReadOnlyMemory<byte>? Answer(ReadOnlyMemory<byte> content);

    IStreamPasser NewStream();
}
