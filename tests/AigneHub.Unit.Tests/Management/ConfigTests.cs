using System.Text;
using System.Text.Json.Nodes;
using AigneHub.Core;
using AigneHub.Core.Audit;
using AigneHub.Core.Configuration;
using AigneHub.Core.Routing;

namespace AigneHub.Unit.Tests.Management;

/// <summary>The run-time configuration: what is refused, what ends in the middle, and what the audit log has of it.</summary>
public sealed class ConfigTests : IDisposable
{
    private const string TwoAliases =
        """{"aliases":[{"name":"a","targets":[{"model":"x/y"}]},{"name":"b","targets":[{"model":"x/y"}]}]}""";

    private readonly ConfigBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task CreateModel_OfANameThatDiffersByCase_IsRefused()
    {
        _bench.Store.ProviderRecords.Put(ConfigBench.Provider("ours"));
        _bench.Store.ModelRecords.Put(ConfigBench.Model("ours", "Llama"));

        var reply = await _bench.CreateAsync(
            request => _bench.Models.CreateAsync(request, default), """{"provider":"ours","model":"llama"}""");

        Assert.Equal((409, "already_exists", "model"), (reply.Status, reply["code"], reply["param"]));
        Assert.Equal(0, _bench.Store.Writes);
    }

    /// <summary>Two that were stored before: neither reading nor writing the document fails for it.</summary>
    [Fact]
    public async Task Put_ModelsStoredInTwoCases_ShowsOneAndWritesThatOne()
    {
        _bench.Store.ProviderRecords.Put(ConfigBench.Provider("ours"));
        _bench.Store.ModelRecords.Put(ConfigBench.Model("ours", "Llama"));
        _bench.Store.ModelRecords.Put(ConfigBench.Model("ours", "llama"));

        var shown = await _bench.GetAsync();
        Assert.Equal("Llama", Assert.Single(shown.Body["models"]!.AsArray())!["model"]!.ToString());
        Assert.Equal("0", (await _bench.CompareAsync(shown.Body.ToJsonString()))["updated"]);

        var made = await _bench.ApplyAsync("""{"models":[{"provider":"ours","model":"LLAMA","contextWindow":5}]}""");
        Assert.Equal((200, "1"), (made.Status, made["updated"]));
        Assert.Equal(5, (await _bench.Store.Models.GetAsync("ours/Llama", default))!.Value.ContextWindow);
    }

    [Fact]
    public async Task Put_HalfApplied_IsAFailedEntryWithWhatWasMade()
    {
        _bench.Store.BeforeWrite = () =>
        {
            if (_bench.Store.Writes == 1)
            {
                // Another administrator is first.
                _bench.Store.BeforeWrite = () => { };
                _bench.Store.AliasRecords.Put(AliasOf("b"));
            }
        };
        var reply = await _bench.ApplyAsync(TwoAliases);

        Assert.Equal((409, "partly_applied"), (reply.Status, reply["code"]));
        var end = _bench.Calls.Audit.Rows[^1];
        Assert.Equal((AuditOutcome.Failed, 409, "partly_applied", "PutConfig"), (end.Outcome, end.Status, end.Error, end.Action));
        var made = Assert.Single(_bench.After()["changes"]!.AsArray())!;
        Assert.Equal(("aliases", "a", "create"), (made["kind"]!.ToString(), made["id"]!.ToString(), made["action"]!.ToString()));
    }

    [Fact]
    public async Task Put_StorageAwayInTheMiddle_TellsWhatWasMade()
    {
        _bench.Store.BeforeWrite = () =>
        {
            if (_bench.Store.Writes == 1)
            {
                throw new StorageUnavailableException("away");
            }
        };
        var reply = await _bench.ApplyAsync(TwoAliases);

        Assert.Equal((503, "partly_applied"), (reply.Status, reply["code"]));
        Assert.Contains("1 changes were made: aliases/a", reply["detail"], StringComparison.Ordinal);
        Assert.Equal(AuditOutcome.Failed, _bench.Calls.Audit.Rows[^1].Outcome);
        Assert.Equal("1", _bench.After()["created"]!.ToString());
    }

    [Fact]
    public async Task Put_ThatBreaksOff_IsAFailedEntryWithWhatWasMade()
    {
        _bench.Store.BeforeWrite = () =>
        {
            if (_bench.Store.Writes == 1)
            {
                throw new InvalidOperationException("A bug.");
            }
        };

        Assert.Equal(500, (await _bench.ApplyAsync(TwoAliases)).Status);
        Assert.Equal(AuditOutcome.Failed, _bench.Calls.Audit.Rows[^1].Outcome);
        Assert.Equal("1", _bench.After()["created"]!.ToString());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Put_AuditEntry_IsTheReport(bool dryRun)
    {
        var reply = dryRun ? await _bench.CompareAsync(TwoAliases) : await _bench.ApplyAsync(TwoAliases);

        var end = _bench.Calls.Audit.Rows[^1];
        Assert.Equal((200, AuditOutcome.Done, null), (reply.Status, end.Outcome, end.Before));
        Assert.True(JsonNode.DeepEquals(reply.Body, _bench.After()), end.After);
        Assert.Equal(dryRun, _bench.After()["dryRun"]!.GetValue<bool>());
        Assert.Equal(dryRun ? 0 : 2, _bench.Store.Writes);
    }

    [Fact]
    public async Task Put_LongReport_IsKeptWithoutFieldsAndInPart()
    {
        await _bench.ApplyAsync(ManyAliases(900));

        var after = _bench.After();
        var kept = after["changes"]!.AsArray();
        Assert.InRange(_bench.Calls.Audit.Rows[^1].After!.Length, 20_000, 30_000);
        Assert.Equal(900, kept.Count + after["leftOut"]!.GetValue<int>());
        Assert.Equal("900", after["created"]!.ToString());
        Assert.All(kept, change => Assert.Equal(["kind", "id", "action"], change!.AsObject().Select(field => field.Key)));
    }

    [Fact]
    public async Task Put_Margins_AreAuditedAsTheReportAndNotByThemselves()
    {
        using var bench = new ConfigBench(HubMode.Provider);
        var reply = await bench.ApplyAsync("""{"reason":"autumn","margins":{"margins":{"*":"20"},"creditPrices":{}}}""");

        Assert.Equal(200, reply.Status);
        Assert.Equal("autumn", bench.Calls.Audit.Rows[^1].Reason);
        Assert.Null(bench.Calls.Audit.Rows[^1].Before);
        Assert.Equal("margins", bench.After()["changes"]![0]!["kind"]!.ToString());
    }

    [Fact]
    public async Task Margins_DryRun_IsSaidSoInTheAuditLog()
    {
        using var bench = new ConfigBench(HubMode.Provider);
        var reply = await bench.Calls.SendAsync(
            request => bench.Margins.UpdateAsync(request, default), """{"margins":{"*":"20"}}""");

        Assert.Equal(200, reply.Status);
        Assert.True(bench.After()["dryRun"]!.GetValue<bool>());
    }

    [Fact]
    public async Task Prune_ProviderWhoseCredentialsTheDocumentDoesNotSay_IsRefused()
    {
        _bench.Store.ProviderRecords.Put(ConfigBench.Provider("ours"));
        _bench.Store.CredentialRecords.Put(ConfigBench.Credential("ours", "team"));
        _bench.Store.ModelRecords.Put(ConfigBench.Model("ours", "llama"));

        foreach (var lists in (string[])["", ",\"credentials\":[]", ",\"models\":[]"])
        {
            foreach (var dryRun in (string[])["true", "false"])
            {
                var refused = await _bench.Calls.SendAsync(
                    request => _bench.Config.PutAsync(request, default), $$"""{"providers":[]{{lists}}}""", (await _bench.GetAsync()).ETag,
                    query: $"?prune=true&dryRun={dryRun}", method: "PUT");
                Assert.Equal((409, "in_use"), (refused.Status, refused["code"]));
            }
        }

        var made = await _bench.ApplyAsync("""{"providers":[],"credentials":[],"models":[]}""", "&prune=true");
        Assert.Equal("3", made["deleted"]);
        Assert.Equal(["models", "credentials", "providers"], made.Body["changes"]!.AsArray().Select(change => change!["kind"]!.ToString()));
    }

    /// <summary>The settings have a provider of this id, too, so its credentials would be named rightly, and deleted nevertheless.</summary>
    [Fact]
    public async Task Prune_ShadowedProvider_DoesNotTakeWhatTheDocumentKeeps()
    {
        using var bench = new ConfigBench(HubMode.Enterprise, new ProviderEntry("ours", "custom-openai", "Ours", [], [], 1, ClientGonePolicy.Cancel));
        bench.Store.ProviderRecords.Put(ConfigBench.Provider("ours"));
        bench.Store.CredentialRecords.Put(ConfigBench.Credential("ours", "team"));
        var document = (await bench.GetAsync()).Body.AsObject();
        document["providers"] = new JsonArray();

        var refused = await bench.ApplyAsync(document.ToJsonString(), "&prune=true");

        Assert.Equal((409, "in_use"), (refused.Status, refused["code"]));
    }

    [Fact]
    public async Task DeleteProvider_AuditEntry_HasWhatWentWithIt()
    {
        var credential = ConfigBench.Credential("ours", "team");
        _bench.Store.ProviderRecords.Put(ConfigBench.Provider("ours"));
        _bench.Store.CredentialRecords.Put(credential);
        _bench.Store.ModelRecords.Put(ConfigBench.Model("ours", "llama"));

        var reply = await _bench.Calls.SendAsync(request => _bench.Providers.DeleteAsync(request, "ours", default), method: "DELETE");

        Assert.Equal(204, reply.Status);
        Assert.Equal(
            ($"[\"{credential.Id}\"]", "[\"ours/llama\"]"),
            (_bench.After()["credentials"]!.ToJsonString(), _bench.After()["models"]!.ToJsonString()));
    }

    /// <summary>Credentials of a provider that the settings had must not be sent to a server that somebody enters under its id.</summary>
    [Fact]
    public async Task CreateProvider_UnderAnIdThatHasSecrets_IsRefused()
    {
        _bench.Store.CredentialRecords.Put(ConfigBench.Credential("openai", "team"));
        const string Entry = """{"id":"openai","vendor":"custom-openai","baseUrl":"https://mine.example.org/v1"}""";

        var alone = await _bench.CreateAsync(request => _bench.Providers.CreateAsync(request, default), Entry);
        var within = await _bench.ApplyAsync($$"""{"providers":[{{Entry}}]}""");

        Assert.Equal((409, "credentials_bound_to_host"), (alone.Status, alone["code"]));
        Assert.Equal((409, "credentials_bound_to_host"), (within.Status, within["code"]));
        Assert.Equal(0, _bench.Store.Writes);
    }

    [Fact]
    public async Task Credential_OfAnAmbiguousName_MustBeNamedById()
    {
        _bench.Store.ProviderRecords.Put(ConfigBench.Provider("vendor"));
        _bench.Store.CredentialRecords.Put(ConfigBench.Credential("vendor", "team", '1'));
        _bench.Store.CredentialRecords.Put(ConfigBench.Credential("vendor", "team", '2'));

        var refused = await _bench.CompareAsync("""{"credentials":[{"provider":"vendor","name":"team","secretRef":"VENDOR"}]}""");

        Assert.Equal((400, "credentials[0].id"), (refused.Status, refused["param"]));
        Assert.Equal("0", (await _bench.CompareAsync((await _bench.GetAsync()).Body.ToJsonString()))["updated"]);
    }

    /// <summary>Two administrators apply the same at once: one credential comes of it.</summary>
    [Fact]
    public async Task Credential_CreatedTwiceAtOnce_IsThereOnce()
    {
        _bench.Store.ProviderRecords.Put(ConfigBench.Provider("vendor"));
        const string Document = """{"credentials":[{"provider":"vendor","name":"team","secretRef":"VENDOR"}]}""";
        Task<Reply>? other = null;
        var etag = (await _bench.GetAsync()).ETag;
        _bench.Store.BeforeWrite = () =>
        {
            _bench.Store.BeforeWrite = () => { };
            other = _bench.ApplyAsync(Document);
        };

        var first = await _bench.Calls.SendAsync(
            request => _bench.Config.PutAsync(request, default), Document, etag, query: "?dryRun=false", method: "PUT");

        Assert.Equal((409, "already_exists"), (first.Status, first["code"]));
        Assert.Equal(200, (await other!).Status);
        Assert.Single(_bench.Store.CredentialRecords.All);
        Assert.Equal("1", (await _bench.CompareAsync(Document))["unchanged"]);
    }

    /// <summary>Its id comes of its name; one that was renamed meanwhile has it still.</summary>
    [Fact]
    public async Task Credential_NamedAsAnotherWasOnce_IsCreatedBesideIt()
    {
        _bench.Store.ProviderRecords.Put(ConfigBench.Provider("vendor"));
        const string Document = """{"credentials":[{"provider":"vendor","name":"team","secretRef":"VENDOR"}]}""";
        await _bench.ApplyAsync(Document);
        var made = Assert.Single(_bench.Store.CredentialRecords.All);
        _bench.Store.CredentialRecords.Put(made with { Name = "former" });

        Assert.Equal("1", (await _bench.ApplyAsync(Document))["created"]);
        Assert.Equal(2, _bench.Store.CredentialRecords.All.Count());
    }

    /// <summary>What is read can be sent back, though what it needs is gone or switched off by now.</summary>
    [Fact]
    public async Task Put_WhatGetGives_ChangesNothingWhateverHasGone()
    {
        using var bench = new ConfigBench(HubMode.Provider);
        bench.Store.CredentialRecords.Put(ConfigBench.Credential("gone", "team"));
        bench.Store.ModelRecords.Put(ConfigBench.Model("gone", "llama"));
        bench.Store.RuleRecords.Put(new PriceRulesRecord
        {
            Margins = new Dictionary<string, long> { ["gone"] = 50_000, ["gone/llama"] = 60_000 },
            CreditPrices = new Dictionary<string, long>(),
            UpdatedAt = ManagementBench.Start,
        });
        bench.Store.OverrideRecords.Put(new PriceOverrideRecord
        {
            Model = "gone/llama",
            Prices = new Dictionary<string, long> { ["input"] = 5 },
            CreatedAt = ManagementBench.Start,
            UpdatedAt = ManagementBench.Start,
        });
        var document = (await bench.GetAsync()).Body;

        var again = await bench.ApplyAsync(document.ToJsonString(), "&prune=true");
        Assert.True(again.Status == 200, again.Body.ToJsonString());
        Assert.Equal(("0", "0", "0"), (again["created"], again["updated"], again["deleted"]));

        document["margins"]!["margins"]!["*"] = "10";
        Assert.Equal("1", (await bench.CompareAsync(document.ToJsonString()))["updated"]);
        document["margins"]!["margins"]!["elsewhere"] = "10";
        Assert.Equal("unknown_scope", (await bench.CompareAsync(document.ToJsonString()))["code"]);
        document["models"]![0]!["contextWindow"] = 7;
        document["margins"] = null;
        Assert.Equal("provider_not_found", (await bench.CompareAsync(document.ToJsonString()))["code"]);
    }

    [Fact]
    public async Task Compare_MoreWritesThanACallMakes_IsRefusedAsApplyingIs()
    {
        var compared = await _bench.CompareAsync(ManyAliases(1_001));
        var applied = await _bench.ApplyAsync(ManyAliases(1_001));

        Assert.Equal((413, "too_many_changes"), (compared.Status, compared["code"]));
        Assert.Equal((413, "too_many_changes"), (applied.Status, applied["code"]));
    }

    /// <summary>What the catalogue had when costs were entered stays known while the costs stay.</summary>
    [Fact]
    public async Task Put_ModelWithAnotherName_KeepsWhatTheCatalogueHad()
    {
        var model = ConfigBench.Model("ours", "llama") with { CatalogueRates = new Dictionary<string, long> { ["input"] = 9 } };
        _bench.Store.ProviderRecords.Put(ConfigBench.Provider("ours"));
        _bench.Store.ModelRecords.Put(model);

        await _bench.ApplyAsync("""{"models":[{"provider":"ours","model":"llama","name":"Llama"}]}""");
        Assert.Equal(9, Assert.Single(_bench.Store.ModelRecords.All).CatalogueRates!["input"]);

        await _bench.ApplyAsync("""{"models":[{"provider":"ours","model":"llama","pricePerMillion":{"input":"1"}}]}""");
        Assert.Empty(Assert.Single(_bench.Store.ModelRecords.All).CatalogueRates!);
    }

    private static AliasRecord AliasOf(string name) => new()
    {
        Alias = new ModelAlias { Name = name, Targets = [new AliasTarget { Model = "x/y" }] },
        CreatedAt = ManagementBench.Start,
        UpdatedAt = ManagementBench.Start,
    };

    private static string ManyAliases(int count)
    {
        var text = new StringBuilder("""{"aliases":[""");
        for (var i = 0; i < count; i++)
        {
            text.Append(i == 0 ? "" : ",").Append(
                System.Globalization.CultureInfo.InvariantCulture, $$"""{"name":"alias-{{i}}","targets":[{"model":"x/y"}]}""");
        }

        return text.Append("]}").ToString();
    }
}
