using AigneHub.Core;
using AigneHub.Core.Configuration;
using AigneHub.Core.Pricing;
using AigneHub.Core.Routing;
using AigneHub.Core.Secrets;

namespace AigneHub.Unit.Tests.Configuration;

/// <summary>Every rule: a record that keeps it just so, and one that breaks it by one.</summary>
public sealed class RecordTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    private static readonly string[] Vendors = ["openai", "azure"];

    private static readonly ProviderRecord Provider = new()
    {
        Id = "my-openai",
        Vendor = "openai",
        CreatedAt = Now,
        UpdatedAt = Now,
    };

    private static readonly CredentialRecord Credential = new()
    {
        Id = CredentialRecord.NewId(new HubIds(TimeProvider.System)),
        Provider = "my-openai",
        Name = "first",
        Kind = CredentialKind.ApiKey,
        Secret = new SealedSecret("dk_1", "AAAA"),
        CreatedAt = Now,
        UpdatedAt = Now,
    };

    private static readonly ModelRecord Model = new()
    {
        Provider = "my-openai",
        Id = "org/model:free@1",
        CreatedAt = Now,
        UpdatedAt = Now,
    };

    private static readonly ModelAlias Alias = new() { Name = "fast", Targets = [new AliasTarget { Model = "openai/gpt-5" }] };

    public static TheoryData<string, ProviderRecord> Providers { get; } = new()
    {
        { "", Provider },
        { "", Provider with { Id = new string('a', 40), DisplayName = new string('ü', 100), Rank = 99 } },
        { "id", Provider with { Id = new string('a', 41) } },
        { "id", Provider with { Id = "" } },
        { "id", Provider with { Id = "OpenAI" } },
        { "id", Provider with { Id = "a/b" } },
        { "id", Provider with { Id = "-a" } },
        { "vendor", Provider with { Vendor = "nobody" } },
        { "displayName", Provider with { DisplayName = new string('a', 101) } },
        { "displayName", Provider with { DisplayName = "a\nb" } },
        { "baseUrl", Provider with { Vendor = "custom-anthropic" } },
        { "", Provider with { Vendor = "custom-anthropic", BaseUrl = "https://example.test/v1" } },
        { "baseUrl", Provider with { BaseUrl = "/v1" } },
        { "baseUrl", Provider with { BaseUrl = "ftp://example.test" } },
        { "baseUrl", Provider with { BaseUrl = "https://user:pass@example.test" } },
        { "baseUrl", Provider with { BaseUrl = "https://example.test/?key=1" } },
        { "rank", Provider with { Rank = 0 } },
        { "rank", Provider with { Rank = 100 } },
    };

    public static TheoryData<string, CredentialRecord> Credentials { get; } = new()
    {
        { "", Credential with { Weight = 1_000, Tier = 9 } },
        { "", Credential with { Kind = CredentialKind.EntraId, Secret = null } },
        { "id", Credential with { Id = "cred_1" } },
        { "id", Credential with { Id = Credential.Id.ToUpperInvariant() } },
        { "provider", Credential with { Provider = "A" } },
        { "name", Credential with { Name = " " } },
        { "kind", Credential with { Kind = (CredentialKind)99 } },
        { "secret", Credential with { Secret = null } },
        { "secret", Credential with { Kind = CredentialKind.None } },
        { "weight", Credential with { Weight = 0 } },
        { "weight", Credential with { Weight = 1_001 } },
        { "tier", Credential with { Tier = -1 } },
        { "tier", Credential with { Tier = 10 } },
    };

    public static TheoryData<string, ModelRecord> Models { get; } = new()
    {
        { "", Model with { Rates = new Dictionary<UnitKind, long> { [UnitKind.Input] = 0, [UnitKind.Output] = ModelRecord.RateMax } } },
        { "id", Model with { Id = "" } },
        { "id", Model with { Id = "a b" } },
        { "id", Model with { Id = new string('a', 257) } },
        { "name", Model with { Name = "" } },
        { "contextWindow", Model with { ContextWindow = 0 } },
        { "maxOutput", Model with { MaxOutput = ModelRecord.TokensMax + 1 } },
        { "rates.output", Model with { Rates = new Dictionary<UnitKind, long> { [UnitKind.Output] = -1 } } },
        { "rates.input", Model with { Rates = new Dictionary<UnitKind, long> { [UnitKind.Input] = ModelRecord.RateMax + 1 } } },
        { "rates", Model with { Rates = new Dictionary<UnitKind, long> { [(UnitKind)99] = 1 } } },
        { "inputModalities", Model with { InputModalities = ["Text"] } },
    };

    public static TheoryData<string, ModelAlias> Aliases { get; } = new()
    {
        { "", Alias },
        { "", Alias with { Name = "A.b_c-d:" + new string('9', 56) } },
        { "name", Alias with { Name = new string('a', 65) } },
        { "name", Alias with { Name = "a/b" } },
        { "name", Alias with { Name = "" } },
        { "name", Alias with { Name = "-a" } },
        { "policy", Alias with { Policy = (RoutePolicy)9 } },
        { "targets", Alias with { Targets = [] } },
        { "", Alias with { Targets = Targets(20) } },
        { "targets", Alias with { Targets = Targets(21) } },
        { "targets[0].model", Alias with { Targets = [Target("a b")] } },
        { "targets[0].model", Alias with { Targets = [Target("FAST")] } },
        { "targets[0].weight", Alias with { Targets = [Target("m") with { Weight = -1 }] } },
        { "targets[0].weight", Alias with { Targets = [Target("m") with { Weight = 1_001 }] } },
        { "targets[1].tier", Alias with { Targets = [Target("m"), Target("n") with { Tier = 10 }] } },
        { "targets[1].model", Alias with { Targets = [Target("m"), Target("M")] } },
        { "", Alias with { Targets = [Target("m"), Target("m") with { Tier = 1 }] } },
        { "", When(new RouteCondition { Headers = Entries(10, 200), Metadata = Entries(10, 200) }) },
        { "", When(new RouteCondition { KeyTags = ["a"], Modalities = ["image"], InputTokensMin = 0, InputTokensMax = 0 }) },
        { "targets[0].when.headers", When(new RouteCondition { Headers = Entries(11, 1) }) },
        { "targets[0].when.metadata", When(new RouteCondition { Metadata = Entries(1, 201) }) },
        { "targets[0].when.keyTags", When(new RouteCondition { KeyTags = [.. Enumerable.Range(0, 11).Select(i => $"t{i}")] }) },
        { "targets[0].when.modalities", When(new RouteCondition { Modalities = ["smell"] }) },
        { "targets[0].when.inputTokensMin", When(new RouteCondition { InputTokensMin = -1 }) },
        { "targets[0].when.inputTokensMax", When(new RouteCondition { InputTokensMin = 5, InputTokensMax = 4 }) },
        { "", Alias with { Fallbacks = [.. Enumerable.Range(0, 10).Select(i => $"f{i}")] } },
        { "fallbacks", Alias with { Fallbacks = [.. Enumerable.Range(0, 11).Select(i => $"f{i}")] } },
        { "fallbacks[1]", Alias with { Fallbacks = ["f", "F"] } },
        { "fallbacks[0]", Alias with { Fallbacks = ["Fast"] } },
    };

    public static TheoryData<string?, CredentialKind, string?> Secrets { get; } = new()
    {
        { null, CredentialKind.ApiKey, "sk-1" },
        { "secret", CredentialKind.ApiKey, "" },
        { "secret", CredentialKind.ApiKey, "sk 1" },
        { "secret", CredentialKind.ApiKey, new string('a', CredentialSecret.BytesMax + 1) },
        { null, CredentialKind.None, null },
        { "secret", CredentialKind.EntraId, "sk-1" },
        { null, CredentialKind.AwsAccessKey, """{"accessKeyId":"a","secretAccessKey":"b"}""" },
        { "secret", CredentialKind.AwsAccessKey, """{"accessKeyId":"a"}""" },
        { null, CredentialKind.GoogleServiceAccount, """{"type":"service_account"}""" },
        { "secret", CredentialKind.GoogleServiceAccount, "{" },
        { "secret", CredentialKind.GoogleWorkloadIdentity, "[]" },
    };

    [Theory]
    [MemberData(nameof(Providers), DisableDiscoveryEnumeration = true)]
    public void Provider_WithRule_NamesTheField(string field, ProviderRecord record) => Check(field, record.WhatIsWrong(Vendors));

    [Theory]
    [MemberData(nameof(Credentials), DisableDiscoveryEnumeration = true)]
    public void Credential_WithRule_NamesTheField(string field, CredentialRecord record) => Check(field, record.WhatIsWrong());

    [Theory]
    [MemberData(nameof(Models), DisableDiscoveryEnumeration = true)]
    public void Model_WithRule_NamesTheField(string field, ModelRecord record) => Check(field, record.WhatIsWrong());

    [Theory]
    [MemberData(nameof(Aliases), DisableDiscoveryEnumeration = true)]
    public void Alias_WithRule_NamesTheField(string field, ModelAlias alias) =>
        Check(field, new AliasRecord { Alias = alias, CreatedAt = Now, UpdatedAt = Now }.WhatIsWrong());

    [Theory]
    [MemberData(nameof(Secrets), DisableDiscoveryEnumeration = true)]
    public void Secret_WithRule_IsJudgedByItsKindAndNeverRepeated(string? field, CredentialKind kind, string? secret)
    {
        var wrong = CredentialSecret.WhatIsWrong(kind, secret);
        Assert.Equal(field, wrong?.Param);
        Assert.True(wrong is null || string.IsNullOrEmpty(secret) || secret.Length < 4
            || !wrong.Value.Message.Contains(secret, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(CredentialKind.ApiKey, "123456789012", "")]
    [InlineData(CredentialKind.ApiKey, "1234567890123", "0123")]
    [InlineData(CredentialKind.GoogleServiceAccount, "{\"type\":\"service_account\"}", "")]
    public void HintOf_Secret_IsTheEndOfALongKeyOnly(CredentialKind kind, string secret, string hint) =>
        Assert.Equal(hint, CredentialSecret.HintOf(kind, secret));

    [Fact]
    public void Price_OfFlatRates_IsTheSameForEveryPrompt()
    {
        var price = (Model with { Rates = new Dictionary<UnitKind, long> { [UnitKind.Input] = 7 } }).Price()!;
        Assert.Equal(7, price[UnitKind.Input]!.For(1_000_000));
        Assert.Null(price[UnitKind.Output]);
        Assert.Null(Model.Price());
    }

    private static void Check(string field, (string Message, string Param)? wrong)
    {
        Assert.Equal(field, wrong?.Param ?? "");
        if (wrong is { } found)
        {
            Assert.Contains($"'{found.Param}", found.Message, StringComparison.Ordinal);
            Assert.EndsWith(".", found.Message, StringComparison.Ordinal);
        }
    }

    private static Dictionary<string, string> Entries(int count, int characters) =>
        Enumerable.Range(0, count).ToDictionary(i => $"n{i}", _ => new string('v', characters));

    private static AliasTarget Target(string model) => new() { Model = model };

    private static List<AliasTarget> Targets(int count) => [.. Enumerable.Range(0, count).Select(i => Target($"m{i}"))];

    private static ModelAlias When(RouteCondition condition) => Alias with { Targets = [Target("m") with { When = condition }] };
}
