using System.Text;
using AigneHub.Core.Routing;
using AigneHub.Gateway.Relay;
using AigneHub.Providers;
using AigneHub.Translation.Images;

namespace AigneHub.Unit.Tests.Gateway;

public sealed class ImagePasserTests
{
    [Fact]
    public void Images_AreHeldUpToALimit_AndCounted()
    {
        var passer = new ImagePasser(ImageVendors.Of(ModelApi.GeminiGenerateContent), edits: false, DateTimeOffset.UnixEpoch, bytesMax: 10);
        var sseEvent = Encoding.UTF8.GetBytes(
            """data: {"candidates":[{"content":{"parts":[{"inlineData":{"mimeType":"image/png","data":"AAECAwQF"}}]}}]}""" + "\n\n");

        passer.Pass(null!, StreamEventKind.Content, sseEvent);
        Assert.Equal((1, false), (passer.Images, passer.IsTooLarge));
        passer.Pass(null!, StreamEventKind.Content, sseEvent);
        Assert.Equal((2, true), (passer.Images, passer.IsTooLarge));
    }
}
