namespace AigneHub.Core.Limits;

/// <summary>A call that its limits have let pass; to be ended once.</summary>
public sealed class LimitPass
{
    private readonly LimitShare[] _shares;
    private readonly bool _streamed;
    private bool _ended;

    internal LimitPass(LimitShare[] shares, bool streamed) => (_shares, _streamed) = (shares, streamed);

    /// <summary>The call has ended.</summary>
    /// <param name="tokens">What it used, as far as it is known.</param>
    public void End(long tokens)
    {
        if (TryEnd())
        {
            foreach (var share in _shares)
            {
                share.Counter.End(share.Window, share.Tokens, tokens, IsCounted(share));
            }
        }
    }

    /// <summary>The call was not made: nothing of it counts.</summary>
    public void Return()
    {
        if (TryEnd())
        {
            ReturnTaken();
        }
    }

    /// <summary>The limit of which the least is left; null: there is none.</summary>
    public LimitStanding? Tightest(LimitKind kind)
    {
        LimitStanding? tightest = null;
        foreach (var share in _shares)
        {
            if (share.Counter.Standing(kind) is { } standing && (tightest is null || standing.Remaining < tightest.Value.Remaining))
            {
                tightest = standing;
            }
        }

        return tightest;
    }

    /// <summary>Takes what it has not got yet, of one limit after the other.</summary>
    /// <param name="refusal">Null unless it is refused; nothing is taken then.</param>
    /// <returns>Whether it has all.</returns>
    internal bool TryTake(TimeSpan now, out LimitRefusal? refusal)
    {
        var hasAll = true;
        foreach (ref var share in _shares.AsSpan())
        {
            if (share.Taken)
            {
                continue;
            }

            switch (share.Counter.TryTake(share.Limits, share.Tokens, IsCounted(share), now, out share.Window, out refusal))
            {
                case LimitTaking.Refused:
                    ReturnTaken();
                    return false;
                case LimitTaking.Taken:
                    share.Taken = true;
                    break;
                default:
                    hasAll = false;
                    break;
            }
        }

        refusal = null;
        return hasAll;
    }

    internal void ReturnTaken()
    {
        foreach (ref var share in _shares.AsSpan())
        {
            if (share.Taken)
            {
                share.Taken = false;
                share.Counter.Return(share.Window, share.Tokens, IsCounted(share));
            }
        }
    }

    /// <summary>Draws for the limits of which it has nothing yet, once.</summary>
    internal async Task DrawAsync(TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken)
    {
        List<LimitShare> lacking = [.. _shares.Where(share => !share.Taken)];
        lacking.ForEach(share => share.Counter.Expect(share.Tokens));
        try
        {
            await Task.WhenAll(lacking.Select(share => share.Counter.DrawAsync())).WaitAsync(timeout, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            lacking.ForEach(share => share.Counter.StopWaiting());
        }
        finally
        {
            lacking.ForEach(share => share.Counter.Unexpect(share.Tokens));
        }
    }

    private bool TryEnd() => !_ended && (_ended = true);

    private bool IsCounted(LimitShare share) => _streamed && share.Limits.ConcurrentStreams is not null;
}
