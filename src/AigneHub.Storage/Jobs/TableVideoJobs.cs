using System.Runtime.CompilerServices;
using AigneHub.Core.Jobs;
using AigneHub.Core.Keys;
using AigneHub.Core.Usage;
using Azure.Data.Tables;

namespace AigneHub.Storage.Jobs;

/// <summary>The table <c>jobs</c>: a partition for each account, newest first.</summary>
internal sealed class TableVideoJobs(StorageClients clients) : IVideoJobs
{
    private const string Account = "Account";
    private const string Provider = "Provider";
    private const string Credential = "Credential";
    private const string Model = "Model";
    private const string VendorId = "VendorId";
    private const string Seconds = "Seconds";
    private const string Size = "Size";
    private const string Status = "Status";
    private const string Progress = "Progress";
    private const string CompletedAt = "CompletedAt";
    private const string ExpiresAt = "ExpiresAt";
    private const string ErrorCode = "ErrorCode";
    private const string ErrorMessage = "ErrorMessage";
    private const string Content = "Content";
    private const string MissingSince = "MissingSince";
    private const string Missed = "Missed";
    private const string IsOpen = "IsOpen";
    private const string IsDeleted = "IsDeleted";
    private const string RefundDue = "RefundDue";
    private const string RefundedAt = "RefundedAt";
    private const string Purses = "Purses";

    private TableClient Table => clients.Table(TableKeys.Jobs);

    public Task AddAsync(VideoJob job, CancellationToken cancellationToken) => Table.TryAddAsync(Row(job), cancellationToken);

    public Task<Versioned<VideoJob>?> FindAsync(string account, Guid callId, CancellationToken cancellationToken) =>
        Table.FindVersionedAsync(TableKeys.JobsPartition(account), TableKeys.Job(callId), Read, cancellationToken);

    public Task<bool> ReplaceAsync(VideoJob job, string etag, CancellationToken cancellationToken) =>
        Table.TryReplaceAsync(Row(job), etag, cancellationToken);

    public async Task<IReadOnlyList<VideoJob>> ListAsync(
        string account, Guid? after, int limit, CancellationToken cancellationToken)
    {
        var partition = TableKeys.JobsPartition(account);
        var from = after is { } call ? TableKeys.Job(call) : "";
        var rows = Table.QueryAsync<TableEntity>(
            TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey gt {from} and IsDeleted eq {false}"), limit,
            cancellationToken: cancellationToken);
        List<VideoJob> jobs = [];
        await foreach (var row in StorageCall.RowsAsync(rows, cancellationToken))
        {
            jobs.Add(Read(row));
            if (jobs.Count == limit)
            {
                break;
            }
        }

        return jobs;
    }

    public async IAsyncEnumerable<VideoJob> OpenAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var row in RowsAsync(TableClient.CreateQueryFilter($"IsOpen eq {true}"), cancellationToken))
        {
            yield return Read(row);
        }
    }

    public async IAsyncEnumerable<Versioned<VideoJob>> RefundsDueAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var row in RowsAsync(TableClient.CreateQueryFilter($"RefundDue eq {true}"), cancellationToken))
        {
            yield return new Versioned<VideoJob>(Read(row), row.ETag.ToString());
        }
    }

    public Task<int> DeleteOldAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        Table.DeleteOldAsync(now - VideoJob.Age, cancellationToken);

    /// <summary>Of all partitions: for what runs by the clock.</summary>
    private IAsyncEnumerable<TableEntity> RowsAsync(string filter, CancellationToken cancellationToken) =>
        StorageCall.RowsAsync(Table.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken), cancellationToken);

    private static TableEntity Row(VideoJob job)
    {
        var row = new TableEntity(TableKeys.JobsPartition(job.Account), TableKeys.Job(job.CallId))
        {
            [Account] = job.Account,
            [Provider] = job.Provider,
            [Credential] = job.Credential,
            [Model] = job.Model,
            [VendorId] = job.VendorId,
            [Seconds] = job.Seconds,
            [Size] = job.Size,
            [Status] = job.Status.ToString(),
            [Progress] = job.Progress,
            [Missed] = job.Missed,
            [IsOpen] = job.IsOpen,
            [IsDeleted] = job.IsDeleted,
            [RefundDue] = job.RefundDue,
            [Purses] = string.Join('\n', job.Purses),
        };
        foreach (var (name, value) in new (string, object?)[]
        {
            (CompletedAt, job.CompletedAt), (ExpiresAt, job.ExpiresAt), (ErrorCode, job.ErrorCode), (ErrorMessage, job.ErrorMessage),
            (Content, job.Content?.AbsoluteUri), (MissingSince, job.MissingSince),
            (RefundedAt, job.RefundedAt),
        })
        {
            if (value is not null)
            {
                row[name] = value;
            }
        }

        return row;
    }

    private static VideoJob Read(TableEntity row)
    {
        var job = ReadCharged(row);
        return row.GetString(Purses) is { } purses ? job with { Purses = [.. purses.Split('\n').Select(id => new PurseId(id))] } : job;
    }

    private static VideoJob ReadCharged(TableEntity row) => new()
    {
        Account = row.GetString(Account),
        CallId = TableKeys.CallOfJob(row.RowKey),
        Provider = row.GetString(Provider),
        Credential = row.GetString(Credential),
        Model = row.GetString(Model),
        VendorId = row.GetString(VendorId),
        Seconds = row.GetInt32(Seconds) ?? 0,
        Size = row.GetString(Size),
        Status = Enum.Parse<VideoStatus>(row.GetString(Status)),
        Progress = row.GetInt32(Progress) ?? 0,
        CompletedAt = row.GetDateTimeOffset(CompletedAt),
        ExpiresAt = row.GetDateTimeOffset(ExpiresAt),
        ErrorCode = row.GetString(ErrorCode),
        ErrorMessage = row.GetString(ErrorMessage),
        Content = Uri.TryCreate(row.GetString(Content), UriKind.Absolute, out var content) ? content : null,
        MissingSince = row.GetDateTimeOffset(MissingSince),
        Missed = row.GetInt32(Missed) ?? 0,
        IsDeleted = row.GetBoolean(IsDeleted) ?? false,
        RefundedAt = row.GetDateTimeOffset(RefundedAt),
    };
}
