using System.Text;
using AigneHub.Core.Usage;
using AigneHub.Testing;

namespace AigneHub.Unit.Tests.Fuzz;

public sealed class UsageMessageFuzz
{
    private static readonly byte[][] Messages = [Message(1), Message(2), Message(5)];

    private static readonly Mutator MessageMutator = new(
        "\"units\":[", "\"events\":[", "{\"v\":1}", "{\"v\":2},", "{},", "null,", "\"v\":1,", "\"id\":\"x\",", "\"hour\":\"2026112399\",",
        "\"home\":\"account:b\",", "\"others\":[\"team:a\"],", "\"lines\":[]", "[\"input\",1]", "[\"input\",9223372036854775807,1],",
        "\"timings\":[", "\"cost\":null,", "\"\\ud800\":1,");

    [Fact]
    public void Parse_AnyMessage_IsUnitsOrAFormatException() => FuzzRun.Of(
        "UsageMessage", percent: 5, random => Messages[random.Next(Messages.Length)], MessageMutator, (message, _) =>
        {
            IReadOnlyList<UsageUnit> units;
            try
            {
                units = UsageMessage.Parse(Encoding.UTF8.GetString(message));
            }
            catch (FormatException)
            {
                return false;
            }

            foreach (var unit in units)
            {
                Assert.True(UnitId.IsValid(unit.Id));
                Assert.InRange(unit.Events.Count, 1, UsageMessage.UnitEventsMax);
                foreach (var raw in unit.Events)
                {
                    Assert.True(raw.Version != UsageEvent.CurrentVersion || raw.Event is null != raw.Defect is null);
                    CheckRequeue(unit, raw);
                }
            }

            return true;
        });

    /// <summary>Put aside and sent again, an event is what it was.</summary>
    private static void CheckRequeue(UsageUnit unit, RawEvent raw)
    {
        var again = Assert.Single(UsageMessage.Parse(Encoding.UTF8.GetString(UsageMessage.OfUnit(unit.OnlyJson(raw)))));
        var (home, other) = (unit.Purses, again.Purses);
        Assert.Equal((raw.OwnUnit, unit.Hour, home.Home), (again.Id, again.Hour, other.Home));
        Assert.Equal(home.Others, other.Others);
        var sent = Assert.Single(again.Events);
        Assert.Equal((raw.Json, raw.Hash, raw.Id, raw.OwnUnit, raw.Version), (sent.Json, sent.Hash, sent.Id, sent.OwnUnit, sent.Version));
    }

    private static byte[] Message(int events)
    {
        using var builder = new UsageMessageBuilder();
        builder.Start(new Guid("0198c3f0-a1b2-7c3d-8e4f-5a6b7c8d9e0f"));
        for (var i = 0; i < events; i++)
        {
            var id = new Guid(0x0198c3f0, (short)i, 0x7c3d, 0x8e, 1, 2, 3, 4, 5, 6, 7);
            var added = builder.TryAdd(UsageSamples.Event(id, rate: i == 1 ? null : 5, project: "p"), UsageSamples.Home);
            Assert.Equal(AddResult.Added, added);
        }

        return builder.Build().ToArray();
    }
}
