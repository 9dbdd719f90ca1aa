using System.Globalization;
using AigneHub.Core.Accounts;
using AigneHub.Core.Keys;

namespace AigneHub.Testing;

/// <summary>Owners and keys in memory, as far as purses ask for them. A hook runs after each read, so that tests can write in between.</summary>
internal sealed class MemoryOwners : IOwnerStore, IKeyStore
{
    private readonly Dictionary<(OwnerKind, string), Versioned<OwnerRecord>> _owners = [];
    private readonly Dictionary<string, Versioned<KeyRecord>> _keys = [];
    private int _version;

    public Func<Task> AfterRead { get; set; } = () => Task.CompletedTask;

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
        OwnerKind kind, int limit, string? continuation, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<bool> AddAsync(OwnerRecord owner, CancellationToken cancellationToken) =>
        Task.FromResult(_owners.TryAdd((owner.Kind, owner.Id), new(owner, Next())));

    public Task<bool> ReplaceAsync(OwnerRecord owner, string etag, CancellationToken cancellationToken)
    {
        var isSame = _owners[(owner.Kind, owner.Id)].ETag == etag;
        if (isSame)
        {
            Put(owner);
        }

        return Task.FromResult(isSame);
    }

    public Task<KeyRecord?> FindByHashAsync(string hash, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<Versioned<KeyRecord>?> GetAsync(string id, CancellationToken cancellationToken) =>
        Task.FromResult(_keys.GetValueOrDefault(id));

    public Task<Page<KeyRecord>> ListAsync(int limit, string? continuation, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<IReadOnlyDictionary<string, string>> TeamsAsync(CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<bool> CreateAsync(KeyRecord key, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<bool> UpdateAsync(KeyRecord key, string etag, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<bool> SetAdministratorAsync(KeyRecord key, CancellationToken cancellationToken) => throw new NotSupportedException();

    private string Next() => (++_version).ToString(CultureInfo.InvariantCulture);
}
