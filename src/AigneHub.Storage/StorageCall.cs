using System.Net.Sockets;
using System.Runtime.CompilerServices;
using AigneHub.Core;
using Azure;

namespace AigneHub.Storage;

/// <summary>Runs requests so that everything which a repeat may cure leaves as <see cref="StorageUnavailableException"/>.</summary>
internal static class StorageCall
{
    public static async Task<T> RunAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken)
    {
        try
        {
            return await call();
        }
        catch (AggregateException many) when (cancellationToken.IsCancellationRequested)
        {
            // The clients' form of a cancellation that comes between two tries.
            throw new OperationCanceledException(many.Message, many, cancellationToken);
        }
        catch (Exception exception) when (IsUnavailable(exception, cancellationToken))
        {
            throw Unavailable(exception);
        }
    }

    /// <summary>The rows of a query, page by page.</summary>
    public static async IAsyncEnumerable<T> RowsAsync<T>(
        AsyncPageable<T> query, [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : notnull
    {
        await foreach (var page in PagesAsync(query, cancellationToken))
        {
            foreach (var row in page.Values)
            {
                yield return row;
            }
        }
    }

    public static async IAsyncEnumerable<Page<T>> PagesAsync<T>(
        AsyncPageable<T> query, [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : notnull
    {
        await using var pages = query.AsPages().GetAsyncEnumerator(cancellationToken);
        while (await RunAsync(async () => await pages.MoveNextAsync(), cancellationToken))
        {
            yield return pages.Current;
        }
    }

    /// <summary>Whether a repeat may cure it.</summary>
    public static bool IsUnavailable(Exception exception, CancellationToken cancellationToken) => exception switch
    {
        // 0: no answer. 401 and 403: a role assignment or a token that is not there yet.
        RequestFailedException failed => failed.Status is 0 or 401 or 403 or 408 or 429 or >= 500,
        OperationCanceledException => !cancellationToken.IsCancellationRequested,
        AggregateException many => many.InnerExceptions.All(inner => IsUnavailable(inner, cancellationToken)),
        IOException or SocketException or HttpRequestException or TimeoutException => true,
        _ => IsCredentialFailure(exception),
    };

    // By name: a catch on the type would load Azure.Identity for connection strings, too.
    private static bool IsCredentialFailure(Exception exception) =>
        exception.GetType().FullName is "Azure.Identity.AuthenticationFailedException"
            or "Azure.Identity.CredentialUnavailableException";

    private static StorageUnavailableException Unavailable(Exception exception)
    {
        var code = exception is RequestFailedException { ErrorCode: { Length: > 0 } error } ? error : exception.GetType().Name;
        return new StorageUnavailableException($"Storage did not answer ({code}).", exception);
    }
}
