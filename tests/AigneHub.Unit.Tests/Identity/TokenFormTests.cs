using AigneHub.Core.Keys;
using AigneHub.Gateway.Identity;
using AigneHub.Testing;

namespace AigneHub.Unit.Tests.Identity;

public sealed class TokenFormTests
{
    [Fact]
    public void IsToken_TokensAndKeys_AreToldApart()
    {
        using var mint = new TokenMint("https://id.example");
        Assert.True(TokenForm.IsToken(mint.Token("anna", DateTimeOffset.UnixEpoch)));
        Assert.True(TokenForm.IsToken("eyJhbGciOiJub25lIn0.e30."));
        Assert.True(TokenForm.IsToken("eyJ" + new string('x', 20_000) + ".e30.x"));
        foreach (var other in (string[])[HubKey.Generate(), "some.administrators.key-of-1234", "", ".", "..", "e30.e30.e30", "eyJhbGciOiJub25lIn0.e30"])
        {
            Assert.False(TokenForm.IsToken(other), other);
        }
    }
}
