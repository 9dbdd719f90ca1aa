using AigneHub.Gateway.Bodies;

namespace AigneHub.Gateway.Idempotency;

/// <summary>
/// Bounds what recorded answers hold together on this instance, apart from requests: who breaks many connections must not keep others
/// out. Beyond it answers are not recorded.
/// </summary>
internal sealed class RecordingMemory() : ByteBudget(64L * 1024 * 1024);
