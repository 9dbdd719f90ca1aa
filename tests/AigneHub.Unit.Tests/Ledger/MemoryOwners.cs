using System.Globalization;
using AigneHub.Core.Accounts;
using AigneHub.Core.Keys;

namespace AigneHub.Testing;

/// <summary>Owners and keys in memory. A hook runs after each read of an owner, so that tests can let others write in between.</summary>
internal sealed class MemoryOwners : IOwnerStore, IKeyStore, IKeyUses
{
    private readonly SortedDictionary<(OwnerKind, string), Versioned<OwnerRecord>> _owners = [];
    private readonly Dictionary<string, Versioned<KeyRecord>> _keys = [];
    private int _version;

    public Func<Task> AfterRead { get; set; } = () => Task.CompletedTask;

    public Func<Task> BeforeWrite { get; set; } = () => Task.CompletedTask;

    public void Put(OwnerKind kind, string id, PurseTerms? terms = null) =>
        Put(new OwnerRecord { Kind = kind, Id = id, Name = id, CreatedAt = default, Terms = terms });

    public void Put(OwnerRecord owner) => _owners[(owner.Kind, owner.Id)] = new(owner, Next());

    public void Put(KeyRecord key) => _keys[key.Id] = new(key, Next());

    public async Task<Versioned<OwnerRecord>?> FindAsync(OwnerKind kind, string id, CancellationToken cancellationToken)
    {
        var found = _owners.GetValueOrDefault((kind, id));
        await AfterRead();
        return found;
    }

    public Task<Page<Versioned<OwnerRecord>>> ListAsync(
        OwnerKind kind, int limit, string? continuation, CancellationToken cancellationToken) => Task.FromResult(
        new Page<Versioned<OwnerRecord>>([.. _owners.Values.Where(owner => owner.Value.Kind == kind).Take(limit)], null));

    public async Task<bool> AddAsync(OwnerRecord owner, CancellationToken cancellationToken)
    {
        await BeforeWrite();
        return _owners.TryAdd((owner.Kind, owner.Id), new(owner, Next()));
    }

    public async Task<bool> ReplaceAsync(OwnerRecord owner, string etag, CancellationToken cancellationToken)
    {
        await BeforeWrite();
        var isSame = _owners[(owner.Kind, owner.Id)].ETag == etag;
        if (isSame)
        {
            Put(owner);
        }

        return isSame;
    }

    public Task<KeyRecord?> FindByHashAsync(string hash, CancellationToken cancellationToken) =>
        Task.FromResult(_keys.Values.Select(key => key.Value.FoundBy(hash)).FirstOrDefault(key => key is not null));

    public Task<Versioned<KeyRecord>?> GetAsync(string id, CancellationToken cancellationToken) =>
        Task.FromResult(_keys.GetValueOrDefault(id));

    public Task<Page<KeyRecord>> ListAsync(int limit, string? continuation, CancellationToken cancellationToken) =>
        Task.FromResult(new Page<KeyRecord>([.. _keys.Values.Take(limit).Select(key => key.Value)], null));

    public Task<IReadOnlyList<KeyRecord>> ListOwnAsync(string owner, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<KeyRecord>>(
            [.. _keys.Values.Select(key => key.Value).Where(key => key.Member == owner || key.Parent == owner)]);

    public IAsyncEnumerable<KeyRecord> ListOfAsync(OwnerKind kind, string id, CancellationToken cancellationToken) =>
        _keys.Values.Select(key => key.Value).Where(key => id == kind switch
        {
            OwnerKind.Account => key.Account,
            OwnerKind.Team => key.Team,
            _ => key.Project?.ToLowerInvariant(),
        }).ToArray().ToAsyncEnumerable();

    public Task<bool> RotateAsync(KeyRecord key, string etag, CancellationToken cancellationToken) =>
        UpdateAsync(key, etag, cancellationToken);

    public Dictionary<string, DateTimeOffset> Uses { get; } = [];

    public Task NoteAsync(string keyId, DateTimeOffset hour, CancellationToken cancellationToken)
    {
        Uses[keyId] = hour;
        return Task.CompletedTask;
    }

    public Task<IReadOnlyDictionary<string, DateTimeOffset>> ReadAsync(
        IReadOnlyList<string> keyIds, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyDictionary<string, DateTimeOffset>>(Uses);

    public Task<IReadOnlyDictionary<string, string>> TeamsAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyDictionary<string, string>>(
            _keys.Values.Where(key => key.Value.Team is not null).ToDictionary(key => key.Value.Id, key => key.Value.Team!));

    public async Task<bool> CreateAsync(KeyRecord key, CancellationToken cancellationToken)
    {
        await BeforeWrite();
        return _keys.TryAdd(key.Id, new(key, Next()));
    }

    public async Task<bool> UpdateAsync(KeyRecord key, string etag, CancellationToken cancellationToken)
    {
        await BeforeWrite();
        var isSame = _keys[key.Id].ETag == etag;
        if (isSame)
        {
            Put(key);
        }

        return isSame;
    }

    public Task<bool> SetAdministratorAsync(KeyRecord key, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<bool> UnsetAdministratorAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    private string Next() => (++_version).ToString(CultureInfo.InvariantCulture);
}
