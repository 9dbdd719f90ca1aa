using System.Globalization;
using AigneHub.Core;
using AigneHub.Core.Accounts;
using AigneHub.Core.Keys;
using AigneHub.Core.Payments;

namespace AigneHub.Testing;

/// <summary>Versioned values in memory.</summary>
internal sealed class MemoryRows<TKey, T>
    where TKey : notnull
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<TKey, (T Value, int Version)> _rows;
    private int _version;

    public MemoryRows(IComparer<TKey>? comparer = null) => _rows = new(comparer);

    public IReadOnlyList<T> All
    {
        get
        {
            lock (_lock)
            {
                return [.. _rows.Values.Select(row => row.Value)];
            }
        }
    }

    public Versioned<T>? Find(TKey key)
    {
        lock (_lock)
        {
            return _rows.TryGetValue(key, out var row) ? new Versioned<T>(row.Value, Text(row.Version)) : null;
        }
    }

    public bool Add(TKey key, T value)
    {
        lock (_lock)
        {
            return _rows.TryAdd(key, (value, ++_version));
        }
    }

    public bool Replace(TKey key, T value, string etag)
    {
        lock (_lock)
        {
            if (!_rows.TryGetValue(key, out var row) || Text(row.Version) != etag)
            {
                return false;
            }

            _rows[key] = (value, ++_version);
            return true;
        }
    }

    private static string Text(int version) => version.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Orders, payers, incidents and owners in memory. <see cref="Failure"/> is an outage.</summary>
internal sealed class MemoryPayments : IOrderStore, IPayerStore, IPaymentIncidentStore, IOwnerStore
{
    private readonly MemoryRows<string, Order> _orders = new(StringComparer.Ordinal);
    private readonly MemoryRows<string, string> _claims = new(StringComparer.Ordinal);
    private readonly MemoryRows<string, Payer> _payers = new(StringComparer.Ordinal);
    private readonly MemoryRows<string, PaymentIncident> _incidents = new(StringComparer.Ordinal);
    private readonly MemoryRows<string, OwnerRecord> _owners = new(StringComparer.Ordinal);
    private readonly Dictionary<DueOrder, DateTimeOffset> _due = [];

    /// <summary>Thrown by what is asked for next, from then on.</summary>
    public Exception? Failure { get; set; }

    /// <summary>An account whose payer can't be read.</summary>
    public string? Broken { get; set; }

    public IReadOnlyList<Order> Orders => _orders.All;

    public IReadOnlyList<PaymentIncident> Incidents => _incidents.All;

    public IReadOnlyDictionary<DueOrder, DateTimeOffset> Due => _due;

    Task<bool> IOrderStore.AddAsync(Order order, CancellationToken cancellationToken) => Do(() =>
        _claims.Add($"{order.Account} {order.Claim}", order.Id) && _orders.Add($"{order.Account} {order.Id}", order));

    Task<Versioned<Order>?> IOrderStore.FindAsync(string account, string id, CancellationToken cancellationToken) =>
        Do(() => _orders.Find($"{account} {id}"));

    public Task<Versioned<Order>?> FindByClaimAsync(string account, string claim, CancellationToken cancellationToken) => Do(() =>
        _claims.Find($"{account} {claim}") is { } id ? _orders.Find($"{account} {id.Value}") : null);

    public Task<bool> ReplaceAsync(Order order, string etag, CancellationToken cancellationToken) =>
        Do(() => _orders.Replace($"{order.Account} {order.Id}", order, etag));

    public Task<Page<Order>> ListAsync(string account, int limit, string? continuation, CancellationToken cancellationToken) =>
        Do(() => new Page<Order>([.. _orders.All.Where(order => order.Account == account).Reverse()], null));

    public Task ScheduleAsync(DueOrder order, DateTimeOffset? at, CancellationToken cancellationToken) => Do(() =>
    {
        if (at is { } time)
        {
            _due[order] = time;
            return true;
        }

        return _due.Remove(order);
    });

    public Task<IReadOnlyList<DueOrder>> ListDueAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken) =>
        Do<IReadOnlyList<DueOrder>>(() => [.. _due.Where(due => due.Value <= now).Select(due => due.Key).Take(limit)]);

    public Task<Versioned<Payer>?> FindAsync(string account, CancellationToken cancellationToken) =>
        Do(() => account == Broken ? throw new StorageUnavailableException("The row can't be read.") : _payers.Find(account));

    public Task<bool> AddAsync(Payer payer, CancellationToken cancellationToken) => Do(() => _payers.Add(payer.Account, payer));

    public Task<bool> ReplaceAsync(Payer payer, string etag, CancellationToken cancellationToken) =>
        Do(() => _payers.Replace(payer.Account, payer, etag));

    public async IAsyncEnumerable<string> WithTopUpAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var payer in await Do(() => _payers.All))
        {
            if (payer.TopUp is { OffBecause: null })
            {
                yield return payer.Account;
            }
        }
    }

    Task<Versioned<PaymentIncident>?> IPaymentIncidentStore.FindAsync(string subject, CancellationToken cancellationToken) =>
        Do(() => _incidents.Find(subject));

    public Task<bool> AddAsync(PaymentIncident incident, CancellationToken cancellationToken) =>
        Do(() => _incidents.Add(incident.Subject, incident));

    public Task<bool> ReplaceAsync(PaymentIncident incident, string etag, CancellationToken cancellationToken) =>
        Do(() => _incidents.Replace(incident.Subject, incident, etag));

    public Task<Page<PaymentIncident>> ListAsync(
        bool openOnly, int limit, string? continuation, CancellationToken cancellationToken) =>
        Do(() => new Page<PaymentIncident>([.. _incidents.All.Where(one => !openOnly || one.ClosedBy is null)], null));

    public Task<Versioned<OwnerRecord>?> FindAsync(OwnerKind kind, string id, CancellationToken cancellationToken) =>
        Do(() => _owners.Find($"{kind} {id}"));

    public Task<Page<Versioned<OwnerRecord>>> ListAsync(
        OwnerKind kind, int limit, string? continuation, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<bool> AddAsync(OwnerRecord owner, CancellationToken cancellationToken) =>
        Do(() => _owners.Add($"{owner.Kind} {owner.Id}", owner));

    public Task<bool> ReplaceAsync(OwnerRecord owner, string etag, CancellationToken cancellationToken) =>
        Do(() => _owners.Replace($"{owner.Kind} {owner.Id}", owner, etag));

    private Task<T> Do<T>(Func<T> work) => Failure is null ? Task.FromResult(work()) : Task.FromException<T>(Failure);
}
