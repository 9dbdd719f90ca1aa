using System.Text.Json.Nodes;
using AigneHub.Core;
using AigneHub.Core.Accounts;
using AigneHub.Core.Pricing;

namespace AigneHub.Unit.Tests.Management;

/// <summary>Accounts, teams and projects of an enterprise in the configuration document.</summary>
public sealed class ConfigOwnerTests : IDisposable
{
    private readonly ConfigBench _bench = new(HubMode.Enterprise);

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task Put_TeamsAndProjects_AreComparedAppliedChangedAndNeverTakenAway()
    {
        var compared = await _bench.CompareAsync(Whole("100"));
        Assert.True(compared.Status == 200, compared.Body.ToString());
        Assert.Equal(("4", "true"), (compared["created"], compared["dryRun"]));
        Assert.Null(await FindAsync(OwnerKind.Team, "blue"));

        var made = await _bench.ApplyAsync(Whole("100"));
        Assert.True(made.Status == 200, made.Body.ToString());
        Assert.Equal(
            ["accounts/plant", "teams/blue", "teams/red", "projects/nightly"],
            made.Body["changes"]!.AsArray().Select(change => $"{change!["kind"]}/{change["id"]}"));
        Assert.Equal(100 * Nano.PerWhole, (await FindAsync(OwnerKind.Team, "blue"))!.Terms!.Budget!.Limit);
        Assert.Equal(60, (await FindAsync(OwnerKind.Project, "nightly"))!.Limits!.RequestsPerMinute);

        // What is read can be sent back, and the same again changes nothing.
        var read = (await _bench.GetAsync()).Body;
        Assert.Equal(["blue", "red"], read["teams"]!.AsArray().Select(team => team!["id"]!.ToString()).Order(StringComparer.Ordinal));
        Assert.Equal("0", (await _bench.ApplyAsync(Whole("100")))["updated"]);
        var again = await _bench.ApplyAsync(new JsonObject { ["teams"] = read["teams"]!.DeepClone() }.ToJsonString());
        Assert.Equal(("0", "0", "2"), (again["created"], again["updated"], again["unchanged"]));

        var changed = await _bench.ApplyAsync(Whole("250"));
        Assert.Equal(("1", "3"), (changed["updated"], changed["unchanged"]));
        Assert.Equal(250 * Nano.PerWhole, (await FindAsync(OwnerKind.Team, "blue"))!.Terms!.Budget!.Limit);
        var pruned = await _bench.ApplyAsync("""{"reason":"over","teams":[],"projects":[]}""", "&prune=true");
        Assert.Equal((200, "0"), (pruned.Status, pruned["deleted"]));
        Assert.NotNull(await FindAsync(OwnerKind.Team, "red"));
    }

    [Theory]
    [InlineData("""{"teams":[{"id":"Blue","name":"B"}]}""", 400, "teams[0].id")]
    [InlineData("""{"teams":[{"id":"a","name":"A"},{"id":"a","name":"B"}]}""", 400, "teams[1]")]
    [InlineData("""{"projects":[{"id":"a","name":"A","budget":{"limit":"-1","period":"day"}}]}""", 400, "projects[0].budget.limit")]
    [InlineData("""{"projects":[{"id":"a","name":"A","credit":true}]}""", 400, "projects[0].credit")]
    [InlineData("""{"teams":[{"id":"a","name":"A","plan":"pro"}]}""", 400, "teams[0].plan")]
    [InlineData("""{"teams":[{"id":"a","name":"A","status":"closed"}]}""", 400, "$.teams[0].status")]
    [InlineData("""{"teams":[{"id":"ended","name":"Again"}]}""", 409, "teams[0].id")]
    public async Task Put_TeamOrProjectThatCantBe_NamesTheFieldAndChangesNothing(string document, int status, string param)
    {
        _bench.Calls.Stored.Put(new OwnerRecord
        {
            Kind = OwnerKind.Team,
            Id = "ended",
            Name = "Ended",
            Status = OwnerStatus.Closed,
            CreatedAt = ManagementBench.Start,
        });

        var refused = await _bench.ApplyAsync(document);

        Assert.True((status, param) == (refused.Status, refused["param"]), refused.Body.ToString());
        Assert.Null(await FindAsync(OwnerKind.Team, "a"));
        Assert.Null(await FindAsync(OwnerKind.Project, "a"));
        Assert.Equal("Ended", (await FindAsync(OwnerKind.Team, "ended"))!.Name);
    }

    private static string Whole(string limit) =>
        $$$"""
        {"reason":"a year","accounts":[{"id":"plant","name":"Plant"}],
        "teams":[{"id":"blue","name":"Blue","budget":{"limit":"{{{limit}}}","period":"month"}},{"id":"red","name":"Red"}],
        "projects":[{"id":"nightly","name":"Nightly","limits":{"requestsPerMinute":60}}]}
        """;

    private async Task<OwnerRecord?> FindAsync(OwnerKind kind, string id) => (await _bench.Calls.Stored.FindAsync(kind, id, default))?.Value;
}
