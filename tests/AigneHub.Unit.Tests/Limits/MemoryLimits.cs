using AigneHub.Core;
using AigneHub.Core.Keys;
using AigneHub.Core.Limits;

namespace AigneHub.Unit.Tests.Limits;

/// <summary>The rows of limits in memory; counts what would be storage operations.</summary>
internal sealed class MemoryLimits(TimeProvider clock) : ILimitStore
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Versioned<LimitUse>> _rows = new(StringComparer.Ordinal);
    private long _version;

    public int Operations { get; private set; }

    public bool IsAway { get; set; }

    /// <summary>Awaited before a read is answered.</summary>
    public Func<Task> BeforeRead { get; set; } = () => Task.CompletedTask;

    public IReadOnlyDictionary<string, Versioned<LimitUse>> Rows => _rows;

    public async Task<LimitView> ReadAsync(string subject, CancellationToken cancellationToken)
    {
        await BeforeRead();
        Answer();
        lock (_lock)
        {
            // Dates of answers have whole seconds.
            var now = clock.GetUtcNow();
            return new LimitView(_rows.GetValueOrDefault(subject), now.AddTicks(-(now.Ticks % TimeSpan.TicksPerSecond)));
        }
    }

    public Task<bool> TryWriteAsync(string subject, LimitUse use, string? etag, CancellationToken cancellationToken)
    {
        Answer();
        lock (_lock)
        {
            if (_rows.GetValueOrDefault(subject)?.ETag != etag)
            {
                return Task.FromResult(false);
            }

            _rows[subject] = new Versioned<LimitUse>(use, $"{++_version}");
            return Task.FromResult(true);
        }
    }

    public Task<int> DeleteOldAsync(DateTimeOffset now, CancellationToken cancellationToken) => throw new NotSupportedException();

    private void Answer()
    {
        lock (_lock)
        {
            Operations++;
            if (IsAway)
            {
                throw new StorageUnavailableException("Away.", new IOException());
            }
        }
    }
}
