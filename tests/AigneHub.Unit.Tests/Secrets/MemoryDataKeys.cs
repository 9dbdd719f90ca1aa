using AigneHub.Core.Configuration;
using AigneHub.Core.Secrets;

namespace AigneHub.Unit.Tests.Secrets;

internal sealed class MemoryDataKeys : IDataKeyStore
{
    public List<DataKeyRecord> All { get; } = [];

    public Task<DataKeyRecord?> FindAsync(string id, CancellationToken cancellationToken) => Task.FromResult(All.Find(key => key.Id == id));

    public Task<DataKeyRecord?> FindCurrentAsync(CancellationToken cancellationToken) => Task.FromResult(All.LastOrDefault());

    public Task<IReadOnlyList<DataKeyRecord>> ListAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<DataKeyRecord>>([.. All]);

    public Task<WriteResult> AddAsync(DataKeyRecord key, CancellationToken cancellationToken)
    {
        All.Add(key);
        return Task.FromResult(new WriteResult(WriteStatus.Done));
    }

    public Task<WriteResult> DropAsync(string id, CancellationToken cancellationToken) =>
        Task.FromResult(new WriteResult(All.RemoveAll(key => key.Id == id) > 0 ? WriteStatus.Done : WriteStatus.NotFound));
}
