namespace AigneHub.Core.Routing.Health;

/// <summary>Turns states into what people and other instances read.</summary>
internal static class HealthReport
{
    public static IReadOnlyList<RouteHealth> View(HealthBoard board, RouteState[] routes, CredentialState[] credentials)
    {
        var now = board.Clock.Now;
        var holders = credentials.ToDictionary(c => (c.Provider, c.Id), c => c.Gate.Read(now));
        List<RouteHealth> rows = new(routes.Length);
        foreach (var route in routes)
        {
            var reading = route.Gate.Read(now);
            var holder = holders.GetValueOrDefault((route.Provider, route.CredentialId));
            // What keeps the credential from all models keeps it from this one.
            var shown = StateOf(holder, now) == RouteHealthState.Closed
                ? reading
                : holder with { Calls = reading.Calls, Failures = reading.Failures };
            rows.Add(Row(board, route.Provider, route.Model, route.CredentialId, shown, now));
        }

        rows.AddRange(credentials
            .Where(c => StateOf(holders[(c.Provider, c.Id)], now) != RouteHealthState.Closed)
            .Select(c => Row(board, c.Provider, null, c.Id, holders[(c.Provider, c.Id)], now)));
        return
        [
            .. rows.OrderBy(r => r.Provider, StringComparer.Ordinal).ThenBy(r => r.Model, StringComparer.Ordinal)
                .ThenBy(r => r.CredentialId, StringComparer.Ordinal),
        ];
    }

    public static IReadOnlyList<HealthNotice> Export(HealthClock clock, RouteState[] routes, CredentialState[] credentials)
    {
        var now = clock.Now;
        List<HealthNotice> notices = [];
        foreach (var route in routes)
        {
            Add(route.Provider, route.Model, route.CredentialId, route.Gate);
        }

        foreach (var credential in credentials)
        {
            Add(credential.Provider, null, credential.Id, credential.Gate);
        }

        return notices;

        void Add(string provider, string? model, string credential, Gate gate)
        {
            var (coolUntil, reason, blockedUntil) = gate.OwnFindings(now);
            if (coolUntil is { } until)
            {
                notices.Add(new HealthNotice(provider, model, credential, HealthNoticeKind.Cooling, clock.Utc(until)));
            }

            if (reason != BlockReason.None)
            {
                notices.Add(new HealthNotice(provider, model, credential, KindOf(reason), clock.Utc(blockedUntil)));
            }
        }
    }

    public static HealthNoticeKind KindOf(BlockReason reason) => reason switch
    {
        BlockReason.Unauthorized => HealthNoticeKind.Unauthorized,
        BlockReason.Forbidden => HealthNoticeKind.Forbidden,
        BlockReason.Unpaid => HealthNoticeKind.Unpaid,
        _ => throw new ArgumentOutOfRangeException(nameof(reason)),
    };

    /// <summary><see cref="BlockReason.None"/> for a cool-down.</summary>
    public static BlockReason ReasonOf(HealthNoticeKind kind) => kind switch
    {
        HealthNoticeKind.Unauthorized => BlockReason.Unauthorized,
        HealthNoticeKind.Forbidden => BlockReason.Forbidden,
        HealthNoticeKind.Unpaid => BlockReason.Unpaid,
        _ => BlockReason.None,
    };

    private static RouteHealth Row(
        HealthBoard board, string provider, string? model, string credential, in GateReading reading, long now) => new(
        provider, model, credential, StateOf(reading, now), reading.Reason,
        reading.Until > now ? board.Clock.Utc(reading.Until) : null,
        reading.Calls, reading.Calls == 0 ? 0 : 100.0 * reading.Failures / reading.Calls,
        model is null ? null : board.AverageOf(provider, model, now));

    private static RouteHealthState StateOf(in GateReading reading, long now) => reading switch
    {
        { Reason: BlockReason.Failures, Probing: true } => RouteHealthState.HalfOpen,
        { Reason: BlockReason.Failures } => reading.Until <= now ? RouteHealthState.HalfOpen : RouteHealthState.Open,
        { Reason: not BlockReason.None } => RouteHealthState.Disabled,
        { Cooling: true } => RouteHealthState.Cooling,
        _ => RouteHealthState.Closed,
    };
}
