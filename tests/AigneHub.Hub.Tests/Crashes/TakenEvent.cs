using AigneHub.Core.Usage;

namespace AigneHub.Hub.Tests.Crashes;

/// <summary>Usage that the queue has taken.</summary>
/// <param name="Cost">Nano.</param>
internal sealed record TakenEvent(Guid Id, long Cost, IReadOnlyList<PurseId> Purses);
