using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using AigneHub.Gateway.Identity;
using AigneHub.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace AigneHub.Unit.Tests.Identity;

public sealed class TokenValidatorTests : IDisposable
{
    private const string Tenant = "11111111-2222-3333-4444-555555555555";
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
    private readonly TokenMint _mint = new("https://id.example");
    private readonly TokenMint _entra = new($"https://login.microsoftonline.com/{Tenant}/v2.0");
    private readonly MintDocuments _documents;
    private readonly TokenValidator _validator;

    public TokenValidatorTests()
    {
        _documents = new MintDocuments(_mint, _entra);
        var options = new IdentityOptions
        {
            Entra = new EntraOptions { Tenants = Tenant, Audiences = "aigne-hub" },
            Issuers = { ["id"] = new IssuerOptions { Issuer = _mint.Issuer, Audiences = "other;aigne-hub", RolesClaim = "realm_access.roles" } },
        };
        Assert.Null(options.WhatIsWrong());
        _validator = new TokenValidator(options, _documents, _clock, NullLoggerFactory.Instance);
    }

    private DateTimeOffset Now => _clock.GetUtcNow();

    [Fact]
    public async Task ValidateAsync_GoodTokens_AreWhoTheySay()
    {
        var user = await GoodAsync(_mint.Token("anna", Now, claims =>
        {
            claims["name"] = "Anna";
            claims["email"] = "anna@example.com";
            claims["email_verified"] = true;
            claims["realm_access"] = new JsonObject { ["roles"] = new JsonArray("a", "b") };
            claims["groups"] = "one";
        }));
        Assert.Equal(("anna", "Anna", "anna@example.com"), (user.Subject, user.Name, user.Email));
        Assert.Equal(["anna@example.com"], user.VerifiedEmails);
        Assert.Equal(["a", "b"], user.Roles);
        Assert.Equal(["one"], user.Groups);
        Assert.False(user.IsApplication);

        _mint.AddEc("ec-1");
        _clock.Advance(IssuerKeys.BetweenFetches);
        Assert.Equal("bo", (await GoodAsync(_mint.Token("bo", Now, kid: "ec-1"))).Subject);
        Assert.Equal("cy", (await GoodAsync(_mint.Token("cy", Now, c => c["aud"] = new JsonArray("x", "other"), kid: "rsa-1"))).Subject);
        Assert.Equal("di", (await GoodAsync(_mint.Token("di", Now, header: head => head["typ"] = "at+jwt"))).Subject);
    }

    [Theory]
    [InlineData("exp", -61)]
    [InlineData("nbf", 61)]
    public async Task ValidateAsync_TimesBeyondTheSkew_AreRefused(string claim, int seconds)
    {
        await GoodAsync(_mint.Token("anna", Now, claims => claims[claim] = Now.AddSeconds(seconds - Math.Sign(seconds) * 2).ToUnixTimeSeconds()));
        await BadAsync(_mint.Token("anna", Now, claims => claims[claim] = Now.AddSeconds(seconds).ToUnixTimeSeconds()));
        await BadAsync(_mint.Token("anna", Now, claims => claims[claim] = "soon"));
        await BadAsync(_mint.Token("anna", Now, claims => claims[claim] = 1e300));
    }

    [Theory]
    [InlineData("exp")]
    [InlineData("aud")]
    [InlineData("iss")]
    [InlineData("sub")]
    public async Task ValidateAsync_ClaimMissingOrOfAnother_IsRefused(string claim)
    {
        await BadAsync(_mint.Token("anna", Now, claims => claims.Remove(claim)));
        await BadAsync(_mint.Token("anna", Now, claims => claims[claim] = claim == "sub" ? "" : "https://evil.example"));
        await BadAsync(_mint.Token("anna", Now, claims => claims[claim] = new JsonObject()));
    }

    [Fact]
    public async Task ValidateAsync_WithoutSignatureOrWithAPublicKeyAsSecret_IsRefused()
    {
        var claims = Claims("anna");
        foreach (var none in (string[])["none", "None", "NONE", ""])
        {
            await BadAsync(TokenMint.Signed(new JsonObject { ["alg"] = none, ["kid"] = "rsa-1" }, claims, _ => []));
        }

        foreach (var algorithm in (string[])["HS256", "HS384", "HS512"])
        {
            foreach (var secret in (byte[][])[
                Encoding.UTF8.GetBytes(_mint.Rsa.ExportSubjectPublicKeyInfoPem()), _mint.Rsa.ExportSubjectPublicKeyInfo(),
                _mint.Rsa.ExportParameters(false).Modulus!, Encoding.UTF8.GetBytes(_mint.KeySet)])
            {
                await BadAsync(TokenMint.Signed(
                    new JsonObject { ["alg"] = algorithm, ["typ"] = "JWT", ["kid"] = "rsa-1" }, claims, input => HMACSHA256.HashData(secret, input)));
            }
        }

        var good = _mint.Token("anna", Now);
        await BadAsync(good[..(good.LastIndexOf('.') + 1)]);
        await BadAsync(good[..^8] + "AAAAAAAA");
        await BadAsync(_mint.Token("anna", Now, header: head => head["alg"] = "ES256"));
        await BadAsync(_mint.Token("anna", Now, header: head => head["alg"] = "PS256"));
    }

    [Fact]
    public async Task ValidateAsync_KeysThatTheTokenBringsOrNames_AreNotLookedAt()
    {
        using var evil = new TokenMint("https://evil.example");
        var own = TokenMint.Public("rsa-1", evil.Rsa);
        foreach (var trick in (Action<JsonObject>[])[
            head => head["jwk"] = own.DeepClone(),
            head => head["jku"] = "https://evil.example/keys",
            head => head["x5u"] = "https://evil.example/cert",
            head => head["x5c"] = new JsonArray(Convert.ToBase64String(evil.Rsa.ExportSubjectPublicKeyInfo())),
            head => head["kid"] = "../../evil",
            _ => { }])
        {
            var header = new JsonObject { ["alg"] = "RS256", ["typ"] = "JWT", ["kid"] = "rsa-1" };
            trick(header);
            await BadAsync(TokenMint.Signed(
                header, Claims("anna"), input => evil.Rsa.SignData(input, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)));
            // The issuer's own signature stands, whatever else the header says.
            if (header["kid"]!.ToString() == "rsa-1")
            {
                await GoodAsync(_mint.Token("anna", Now, header: trick));
            }
        }

        Assert.Equal(2, _documents.Fetched);
    }

    [Fact]
    public async Task ValidateAsync_OddForms_AreRefused()
    {
        await BadAsync(_mint.Token("anna", Now, header: head => head["crit"] = new JsonArray("b64")));
        await BadAsync(_mint.Token("anna", Now, header: head => head["typ"] = "logout+jwt"));
        await BadAsync(_mint.Token("anna", Now, header: head => head["typ"] = 1));
        await BadAsync(_mint.Token("anna", Now, claims => claims["pad"] = new string('x', 13_000)));
        await BadAsync("a.b.c");
        await BadAsync(_mint.Token("anna", Now) + ".");
        await BadAsync(_mint.Token("anna", Now) + "=");
        // Two subjects: who is it?
        var twice = Claims("anna").Replace("\"sub\"", "\"sub\":\"boss\",\"sub\"", StringComparison.Ordinal);
        await BadAsync(TokenMint.Signed(
            new JsonObject { ["alg"] = "RS256", ["kid"] = "rsa-1" }, twice,
            input => _mint.Rsa.SignData(input, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)));
    }

    [Fact]
    public async Task ValidateAsync_KeysTooWeakOrNotForSignatures_AreNone()
    {
        _mint.AddRsa("short", 1024);
        await BadAsync(_mint.Token("anna", Now, kid: "short"));
        await GoodAsync(_mint.Token("anna", Now, kid: "rsa-1"));
    }

    [Fact]
    public async Task ValidateAsync_TokenWithoutKeyId_IsHeldAgainstAnOnlyKey()
    {
        await GoodAsync(_mint.Token("anna", Now, header: head => head.Remove("kid")));
        _mint.AddEc("ec-1");
        _clock.Advance(IssuerKeys.FreshFor);
        await BadAsync(_mint.Token("anna", Now, header: head => head.Remove("kid")));
    }

    [Fact]
    public async Task ValidateAsync_Entra_KnowsTenantObjectAndApplications()
    {
        await BadAsync(_entra.Token("pair", Now, claims => claims["oid"] = "o-1"));
        await BadAsync(_entra.Token("pair", Now, claims => (claims["oid"], claims["tid"]) = ("o-1", "99999999-2222-3333-4444-555555555555")));
        await BadAsync(_entra.Token("pair", Now, claims => claims["tid"] = Tenant));
        var user = await GoodAsync(_entra.Token("pair", Now, claims =>
        {
            (claims["oid"], claims["tid"], claims["scp"], claims["azp"]) = ("o-1", Tenant, "access", "the-client");
            claims["_claim_names"] = new JsonObject { ["groups"] = "src1" };
        }));
        Assert.Equal(("o-1", false, null, true), (user.Subject, user.IsApplication, user.Client, user.HasGroupsElsewhere));
        var app = await GoodAsync(_entra.Token("o-2", Now, claims =>
            (claims["oid"], claims["tid"], claims["azp"]) = ("o-2", Tenant, "the-client")));
        Assert.Equal(("o-2", true, "the-client"), (app.Subject, app.IsApplication, app.Client));
        Assert.False((await GoodAsync(_entra.Token("o-3", Now, claims =>
            (claims["oid"], claims["tid"], claims["idtyp"]) = ("o-3", Tenant, "user")))).IsApplication);
    }

    /// <summary>Entra ID's e-mail address is whatever its administrators or others have entered.</summary>
    [Theory]
    [InlineData("""{"email":"anna@example.com"}""", "")]
    [InlineData("""{"email":"anna@example.com","email_verified":true}""", "")]
    [InlineData("""{"email":"anna@example.com","preferred_username":"anna@example.com"}""", "")]
    [InlineData("""{"email":"anna@example.com","xms_edov":false}""", "")]
    [InlineData("""{"email":"anna@example.com","xms_edov":0}""", "")]
    [InlineData("""{"email":"anna@example.com","xms_edov":true}""", "anna@example.com")]
    [InlineData("""{"email":"anna@example.com","xms_edov":"1"}""", "anna@example.com")]
    [InlineData("""{"email":"anna@example.com","xms_edov":1}""", "anna@example.com")]
    [InlineData("""{"email":"boss@example.com","upn":"anna@example.com"}""", "anna@example.com")]
    public async Task ValidateAsync_Entra_VouchesForAddressesWhoseOwnerIsVerified(string claims, string expected)
    {
        var user = await GoodAsync(_entra.Token("x", Now, all =>
        {
            (all["oid"], all["tid"]) = ("o-1", Tenant);
            foreach (var (name, value) in JsonNode.Parse(claims)!.AsObject())
            {
                all[name] = value?.DeepClone();
            }
        }));
        Assert.Equal(expected, string.Join(' ', user.VerifiedEmails));
    }

    /// <summary>Two issuers' equal subjects are two people, however the texts run into each other.</summary>
    [Fact]
    public async Task MemberId_OfEqualSubjects_DiffersByIssuer()
    {
        var one = await GoodAsync(_mint.Token("o-1", Now));
        var other = await GoodAsync(_entra.Token("x", Now, claims => (claims["oid"], claims["tid"]) = ("o-1", Tenant)));
        Assert.Equal(one.Subject, other.Subject);
        Assert.NotEqual(one.MemberId, other.MemberId);
        Assert.NotEqual(Core.Access.MemberRecord.IdOf("ab", "c"), Core.Access.MemberRecord.IdOf("a", "bc"));
        Assert.NotEqual(Core.Access.MemberRecord.IdOf("ab", ""), Core.Access.MemberRecord.IdOf("", "ab"));
    }

    [Fact]
    public async Task ValidateAsync_ProviderAway_IsUnavailableAndNeverAPass()
    {
        _documents.IsAway = true;
        await Assert.ThrowsAsync<IssuerUnavailableException>(() => _validator.ValidateAsync(_mint.Token("anna", Now), default));
        _documents.IsAway = false;
        _clock.Advance(IssuerKeys.AfterFailure);
        await GoodAsync(_mint.Token("anna", Now));

        // Known keys hold for a day, and a key that is not known can't be judged.
        _documents.IsAway = true;
        _clock.Advance(IssuerKeys.HoldFor - TimeSpan.FromMinutes(1));
        await GoodAsync(_mint.Token("anna", Now));
        using var next = new TokenMint(_mint.Issuer);
        next.Rotate("rsa-2");
        await Assert.ThrowsAsync<IssuerUnavailableException>(() => _validator.ValidateAsync(next.Token("anna", Now), default));
        _clock.Advance(TimeSpan.FromMinutes(1));
        await Assert.ThrowsAsync<IssuerUnavailableException>(() => _validator.ValidateAsync(_mint.Token("anna", Now), default));
    }

    [Fact]
    public async Task ValidateAsync_ManyUnknownKeyIds_FetchOnceInHalfAMinute()
    {
        await GoodAsync(_mint.Token("anna", Now));
        var fetched = _documents.Fetched;
        _clock.Advance(IssuerKeys.BetweenFetches);
        for (var i = 0; i < 50; i++)
        {
            await BadAsync(_mint.Token("anna", Now, header: head => head["kid"] = $"flood-{i}"));
        }

        Assert.Equal(fetched + 2, _documents.Fetched);
        await GoodAsync(_mint.Token("anna", Now));
    }

    [Fact]
    public async Task ValidateAsync_KeysRotated_AreFetchedAndTheOldOnesDie()
    {
        var old = _mint.Token("anna", Now);
        await GoodAsync(old);
        _mint.Rotate("rsa-2");
        _clock.Advance(IssuerKeys.BetweenFetches);
        await GoodAsync(_mint.Token("anna", Now));
        await BadAsync(old);
    }

    [Fact]
    public async Task ValidateAsync_DiscoveryOfAnotherIssuer_IsNone()
    {
        _mint.Issuer = "https://evil.example";
        var documents = new OneAnswer(_mint);
        var validator = new TokenValidator(
            new IdentityOptions { Issuers = { ["id"] = new IssuerOptions { Issuer = "https://id.example", Audiences = "aigne-hub" } } },
            documents, _clock, NullLoggerFactory.Instance);
        await Assert.ThrowsAsync<IssuerUnavailableException>(
            () => validator.ValidateAsync(_mint.Token("anna", Now, claims => claims["iss"] = "https://id.example"), default));
    }

    public void Dispose()
    {
        _mint.Dispose();
        _entra.Dispose();
        _validator.Dispose();
    }

    private string Claims(string subject) => new JsonObject
    {
        ["iss"] = _mint.Issuer,
        ["sub"] = subject,
        ["aud"] = "aigne-hub",
        ["exp"] = Now.AddHours(1).ToUnixTimeSeconds(),
    }.ToJsonString();

    private async Task<TokenIdentity> GoodAsync(string token)
    {
        var (identity, error) = await _validator.ValidateAsync(token, default);
        Assert.True(error is null, error?.Message);
        return identity!;
    }

    private async Task BadAsync(string token)
    {
        var (identity, error) = await _validator.ValidateAsync(token, default);
        Assert.Null(identity);
        Assert.Equal((401, "invalid_token"), (error!.Status, error.Code));
        Assert.DoesNotContain(token, error.Message, StringComparison.Ordinal);
    }

    private sealed class OneAnswer(TokenMint mint) : Microsoft.IdentityModel.Protocols.IDocumentRetriever
    {
        public Task<string> GetDocumentAsync(string address, CancellationToken cancel) =>
            Task.FromResult(address.EndsWith("/keys", StringComparison.Ordinal) ? mint.KeySet : mint.Discovery);
    }
}
