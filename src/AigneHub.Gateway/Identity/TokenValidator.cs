using System.Text.Json;
using AigneHub.Core;
using AigneHub.Providers.Upstream;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Tokens;

namespace AigneHub.Gateway.Identity;

/// <summary>
/// Judges tokens: signature, issuer, audience, times, tenant. Keys come from the issuer's own key set alone, never from what a token
/// names or carries (<c>jku</c>, <c>jwk</c>, <c>x5u</c>, <c>x5c</c>). Thread-safe.
/// </summary>
/// <seealso href="https://www.rfc-editor.org/rfc/rfc8725">JSON Web Token Best Current Practices</seealso>
internal sealed class TokenValidator : IDisposable
{
    private static readonly string[] Algorithms =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
    ];

    private static readonly string[] Types = ["JWT", "at+jwt", "application/at+jwt"];

    private readonly JsonWebTokenHandler _handler = new() { MapInboundClaims = false };
    private readonly Dictionary<string, (TokenIssuer Issuer, IssuerKeys Keys)> _issuers;
    private readonly IssuerDocuments? _documents;
    private readonly TimeSpan _skew;
    private readonly TimeProvider _time;

    public TokenValidator(IdentityOptions options, UpstreamOptions upstream, TimeProvider time, ILoggerFactory loggers)
        : this(options, new IssuerDocuments(upstream), time, loggers)
    {
    }

    internal TokenValidator(IdentityOptions options, IDocumentRetriever documents, TimeProvider time, ILoggerFactory loggers)
    {
        _documents = documents as IssuerDocuments;
        _skew = TimeSpan.FromSeconds(options.SkewSeconds);
        _time = time;
        _issuers = TokenIssuers.Of(options, out _).ToDictionary(
            one => one.Key,
            one => (one.Value, new IssuerKeys(one.Value, documents, time, loggers.CreateLogger<IssuerKeys>())),
            StringComparer.Ordinal);
    }

    /// <summary>Exactly one of the results is null.</summary>
    /// <exception cref="IssuerUnavailableException">The issuer's keys can't be had.</exception>
    public async Task<(TokenIdentity? Identity, HubError? Error)> ValidateAsync(string text, CancellationToken cancellationToken)
    {
        if (_issuers.Count == 0)
        {
            return Refused("This hub takes no tokens: no identity provider is set. Send a hub key.");
        }

        if (text.Length > TokenForm.CharactersMax)
        {
            return Refused($"The token has more than {TokenForm.CharactersMax} characters.");
        }

        var parts = text.Split('.');
        using var header = TokenForm.Parse(parts[0]);
        using var payload = parts.Length == 3 ? TokenForm.Parse(parts[1]) : null;
        if (header?.RootElement is not { ValueKind: JsonValueKind.Object } head
            || payload?.RootElement is not { ValueKind: JsonValueKind.Object } claims)
        {
            return Refused("The token is malformed. Fetch it again.");
        }

        if (WhatIsWrongWithHeader(head) is { } wrong)
        {
            return Refused(wrong);
        }

        if (TokenClaims.Text(claims, "iss") is not { } name || !_issuers.TryGetValue(name, out var known))
        {
            return Refused(
                "The token is of an issuer that this hub does not know. Tokens of Microsoft Entra ID must be of version 2.0: the app "
                + "registration's manifest says so by \"requestedAccessTokenVersion\": 2.");
        }

        var kid = head.TryGetProperty("kid", out var id) && id.ValueKind == JsonValueKind.String ? id.GetString()! : "";
        var keys = await known.Keys.FindAsync(kid, cancellationToken);
        if (keys.Count == 0)
        {
            return Refused("The token is signed with a key that its issuer does not name.");
        }

        return await WhatIsWrongAsync(text, known.Issuer, keys) is { } refused
            ? Refused(refused)
            : WhatIsWrongWithTimes(claims) is { } late ? Refused(late) : IdentityOf(known.Issuer, claims);
    }

    public void Dispose()
    {
        foreach (var (_, keys) in _issuers.Values)
        {
            keys.Dispose();
        }

        _documents?.Dispose();
    }

    private static string? WhatIsWrongWithHeader(JsonElement head)
    {
        if (!head.TryGetProperty("alg", out var algorithm) || algorithm.ValueKind != JsonValueKind.String
            || !Algorithms.Contains(algorithm.GetString(), StringComparer.Ordinal))
        {
            return $"The token's signature must be one of: {string.Join(", ", Algorithms)}.";
        }

        // Critical extensions, none of which the hub knows: https://www.rfc-editor.org/rfc/rfc7515#section-4.1.11
        if (head.TryGetProperty("crit", out _))
        {
            return "The token's header has critical extensions.";
        }

        return head.TryGetProperty("typ", out var type)
            && (type.ValueKind != JsonValueKind.String || !Types.Contains(type.GetString(), StringComparer.OrdinalIgnoreCase))
                ? "The token is none for access: its 'typ' must be JWT or at+jwt."
                : null;
    }

    private async Task<string?> WhatIsWrongAsync(string text, TokenIssuer issuer, IReadOnlyList<JsonWebKey> keys)
    {
        var result = await _handler.ValidateTokenAsync(text, new TokenValidationParameters
        {
            IssuerSigningKeys = keys,
            RequireSignedTokens = true,
            ValidAlgorithms = Algorithms,
            ValidIssuer = issuer.Issuer,
            ValidAudiences = issuer.Access.Audiences,
            RequireAudience = true,
            RequireExpirationTime = true,
            // Below, by the hub's clock.
            ValidateLifetime = false,
        });
        return result switch
        {
            { IsValid: true } => null,
            { Exception: SecurityTokenInvalidAudienceException } =>
                "The token is made for another audience. Ask for one for this hub.",
            _ => "The token is malformed, or its signature is not right.",
        };
    }

    private string? WhatIsWrongWithTimes(JsonElement claims)
    {
        var now = _time.GetUtcNow();
        if (TokenClaims.Time(claims, "exp") is not { } expires)
        {
            return "The token does not say when it expires.";
        }

        if (now - _skew >= expires)
        {
            return "The token has expired. Fetch a new one.";
        }

        var starts = claims.TryGetProperty("nbf", out _) ? TokenClaims.Time(claims, "nbf") : DateTimeOffset.MinValue;
        return starts is not { } first || first > now + _skew ? "The token is not valid yet." : null;
    }

    private static (TokenIdentity? Identity, HubError? Error) IdentityOf(TokenIssuer issuer, JsonElement claims)
    {
        if (issuer.Tenant is { } tenant && TokenClaims.Text(claims, "tid") != tenant)
        {
            return Refused("The token is of a tenant that may not use this hub.");
        }

        if (TokenClaims.Text(claims, issuer.SubjectClaim) is not { } subject)
        {
            return Refused($"The token does not say whose it is: the claim '{issuer.SubjectClaim}' is missing.");
        }

        var isApplication = IsApplication(issuer, claims);
        return (new TokenIdentity
        {
            Issuer = issuer,
            Subject = subject,
            IsApplication = isApplication,
            Client = isApplication ? TokenClaims.Text(claims, "azp") ?? TokenClaims.Text(claims, "client_id") : null,
            Name = TokenClaims.Text(claims, issuer.NameClaim) ?? TokenClaims.Text(claims, "preferred_username"),
            Email = TokenClaims.Text(claims, issuer.EmailClaim),
            VerifiedEmails = VerifiedEmailsOf(issuer, claims),
            Roles = TokenClaims.Texts(claims, issuer.RolesClaim),
            Groups = TokenClaims.Texts(claims, issuer.GroupsClaim),
            HasGroupsElsewhere = HasGroupsElsewhere(issuer, claims),
            ExpiresAt = TokenClaims.Time(claims, "exp")!.Value,
        }, null);
    }

    /// <summary>
    /// Entra ID's <c>email</c> may be whatever somebody has entered, and there is no <c>email_verified</c>: it counts with
    /// <c>xms_edov</c>. A <c>upn</c> ends in a domain that the tenant has proved to be its own; of guests it is no address.
    /// <c>preferred_username</c> is never asked: it is for showing alone.
    /// </summary>
    /// <seealso href="https://learn.microsoft.com/entra/identity-platform/migrate-off-email-claim-authorization"/>
    private static string[] VerifiedEmailsOf(TokenIssuer issuer, JsonElement claims)
    {
        var isVerified = TokenClaims.IsTrue(claims, issuer.Tenant is null ? "email_verified" : "xms_edov");
        return
        [
            .. new[]
            {
                isVerified ? TokenClaims.Text(claims, issuer.EmailClaim) : null,
                issuer.Tenant is null ? null : TokenClaims.Text(claims, "upn"),
            }.OfType<string>(),
        ];
    }

    /// <summary>
    /// The token is an application's own. Entra ID says so by <c>idtyp</c> where the app registration asks for it; without it, by a
    /// subject that is the object itself and no delegated scope.
    /// </summary>
    /// <seealso href="https://learn.microsoft.com/entra/identity-platform/optional-claims-reference"/>
    private static bool IsApplication(TokenIssuer issuer, JsonElement claims) => TokenClaims.Text(claims, "idtyp") switch
    {
        { } type => type == "app",
        null => issuer.Tenant is not null && !claims.TryGetProperty("scp", out _)
            && TokenClaims.Text(claims, "oid") is { } self && self == TokenClaims.Text(claims, "sub"),
    };

    private static bool HasGroupsElsewhere(TokenIssuer issuer, JsonElement claims) =>
        TokenClaims.IsTrue(claims, "hasgroups")
        || (claims.TryGetProperty("_claim_names", out var elsewhere) && elsewhere.ValueKind == JsonValueKind.Object
            && elsewhere.TryGetProperty(issuer.GroupsClaim, out _));

    private static (TokenIdentity? Identity, HubError? Error) Refused(string message) =>
        (null, new HubError(401, "invalid_token", Blame.Caller, message));
}
