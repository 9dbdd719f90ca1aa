using System.Text;
using AigneHub.Core;
using AigneHub.Core.Pricing;
using AigneHub.Core.Usage;

namespace AigneHub.Bench.Commands;

/// <summary>Usage as calls leave it behind, made without calls.</summary>
internal static class PreparedUsage
{
    private static readonly string[] Models = ["openai/gpt-4o", "openai/gpt-4o-mini", "openai/gpt-5", "openai/gpt-5-mini"];

    public static UsageEvent Event(HubIds ids, string account, int index)
    {
        PriceLine[] lines = [new(UnitKind.Input, 900 + index % 100, 2_500_000_000), new(UnitKind.CachedInput, 100, 1_250_000_000), new(UnitKind.Output, 300, 10_000_000_000)];
        var model = Models[index % Models.Length];
        return new UsageEvent
        {
            Id = ids.New(),
            Account = account,
            Key = $"key_{index % 10:x26}",
            Model = model,
            Front = "openai.chat",
            Outcome = CallOutcome.Completed,
            Streamed = index % 2 == 0,
            Lines = lines,
            Cost = Cost.Of(lines),
            RateVersion = "0123456789abcdef0123456789abcdef",
            Attempts = [new AttemptRecord("openai", model["openai/".Length..], 200, null, 412)],
            Timings = new CallTimings(431, 2210, 412),
        };
    }

    public static string Account(string name, int index) => $"{name}-{index}";

    /// <summary>Full usage messages with this many events of some accounts together.</summary>
    public static IReadOnlyList<string> Messages(HubIds ids, string name, int accounts, int events) =>
        [.. Enumerable.Range(0, accounts).SelectMany(i => Messages(ids, Account(name, i), events / accounts))];

    private static List<string> Messages(HubIds ids, string account, int events)
    {
        var purses = PurseSet.OfAccount(account);
        var messages = new List<string>();
        using var builder = new UsageMessageBuilder();
        builder.Start(ids.New());
        for (var i = 0; i < events; i++)
        {
            var usage = Event(ids, account, i);
            if (builder.TryAdd(usage, purses) == AddResult.Full)
            {
                Finish();
                builder.TryAdd(usage, purses);
            }
        }

        Finish();
        return messages;

        void Finish()
        {
            messages.Add(Encoding.UTF8.GetString(builder.Build().Span));
            builder.Start(ids.New());
        }
    }
}
