using System.Text;
using AigneHub.Core.Pricing;
using AigneHub.Gateway.Fronts;

namespace AigneHub.Unit.Tests.Gateway;

public sealed class RequestedFormTests
{
    [Theory]
    [InlineData("""{"quality":"hd","size":"1024x1024"}""", "hd", "1024x1024")]
    [InlineData("""{"quality":"h\u0064","si\u007ae":"1024\u00781024"}""", "hd", "1024x1024")]
    [InlineData("""{"n":{"quality":"hd"},"quality":"\ud800","size":["1024x1024"]}""", null, null)]
    public void Of_WordsOfAPrice_AreReadHoweverTheyAreWritten(string body, string? quality, string? size) =>
        Assert.Equal(new ReturnedForm(quality, size), RequestedForm.Of(Encoding.UTF8.GetBytes(body)));
}
