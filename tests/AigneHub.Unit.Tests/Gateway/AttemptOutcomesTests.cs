using AigneHub.Core.Routing.Health;
using AigneHub.Gateway.Attempts;
using AigneHub.Providers.Upstream;

namespace AigneHub.Unit.Tests.Gateway;

public sealed class AttemptOutcomesTests
{
    [Theory]
    [InlineData(403, true, AttemptOutcomeKind.Forbidden)]
    [InlineData(403, false, AttemptOutcomeKind.NotServed)]
    [InlineData(401, false, AttemptOutcomeKind.Unauthorized)]
    [InlineData(413, true, AttemptOutcomeKind.Rejected)]
    public void OfStatus_OnlyAnExplained403_CountsAgainstTheCredential(int status, bool explained, AttemptOutcomeKind expected) =>
        Assert.Equal(expected, AttemptOutcomes.OfStatus(status, explained, null).Kind);

    [Theory]
    [InlineData(UpstreamFailureKind.BlockedAddress, AttemptOutcomeKind.NotSent)]
    [InlineData(UpstreamFailureKind.ConnectionRefused, AttemptOutcomeKind.Unreachable)]
    public void Of_AnAddressThatTheHubDoesNotGoTo_SaysNothingAboutTheVendor(UpstreamFailureKind kind, AttemptOutcomeKind expected) =>
        Assert.Equal(expected, AttemptOutcomes.Of(kind).Kind);
}
