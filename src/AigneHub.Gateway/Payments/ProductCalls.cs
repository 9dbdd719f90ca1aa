using System.Text.Json.Serialization.Metadata;
using AigneHub.Core;
using AigneHub.Core.Configuration;
using AigneHub.Core.Payments;
using AigneHub.Gateway.Management;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Gateway.Payments;

/// <summary>
/// The calls for one kind of product, for administrators. Products are never deleted, because orders and accounts name them.
/// </summary>
/// <param name="title">For people: <c>pack</c>.</param>
internal sealed class ProductCalls<TRecord, TDocument>(
    string title, ManagementHandler handler, PaymentGate gate, ConfigurationCalls calls, IConfigurationRecords<TRecord> records,
    Func<TRecord, (string Message, string Param)?> whatIsWrong, Func<TRecord, TDocument> document, JsonTypeInfo<TDocument> one,
    JsonTypeInfo<RecordPage<TDocument>> page)
    where TRecord : class
    where TDocument : class
{
    public Task ListAsync(HttpRequest request, ManagementRoute route, CancellationToken cancellationToken) => RunAsync(
        request, route, "", async call =>
    {
        var (limit, continuation, _, error) = ConfigurationCalls.Page(call.Request, ofProvider: false);
        if (error is not null)
        {
            return error;
        }

        var found = await records.ListAsync(null, limit, continuation, call.CancellationToken);
        await call.WriteAsync(
            new RecordPage<TDocument>([.. found.Items.Select(item => document(item.Value))], found.Continuation), page);
        return null;
    }, cancellationToken);

    public Task GetAsync(HttpRequest request, ManagementRoute route, string id, CancellationToken cancellationToken) => RunAsync(
        request, route, id, async call =>
    {
        if (await records.GetAsync(id, call.CancellationToken) is not { } found)
        {
            return NoSuchProduct();
        }

        await WriteAsync(call, found.Value, found.ETag);
        return null;
    }, cancellationToken);

    /// <param name="make">A record of what is asked for, at a time.</param>
    public Task CreateAsync<TBody>(
        HttpRequest request, ManagementRoute route, JsonTypeInfo<TBody> type, Func<TBody, string> id, Func<TBody, string?> reason,
        Func<TBody, DateTimeOffset, TRecord> make, CancellationToken cancellationToken)
        where TBody : class => RunAsync(request, route, "", async call =>
    {
        var (body, error) = await call.ReadAsync(type);
        if (body is null)
        {
            return error;
        }

        call.Because(reason(body));
        var record = make(body, calls.Now);
        error = ConfigurationCalls.Invalid(whatIsWrong(record)) ?? Reason.Check(reason(body), isNeeded: true);
        if (error is not null)
        {
            return error;
        }

        var written = await records.CreateAsync(record, call.CancellationToken);
        error = await calls.AfterAsync(call, written, $"Created {title}", id(body));
        if (error is null)
        {
            await WriteAsync(call, record, written.ETag!, StatusCodes.Status201Created);
        }

        return error;
    }, cancellationToken);

    /// <summary>PATCH with If-Match.</summary>
    /// <param name="change">The record with what is asked for, at a time.</param>
    public Task UpdateAsync<TBody>(
        HttpRequest request, ManagementRoute route, string id, JsonTypeInfo<TBody> type, Func<TBody, string?> reason,
        Func<TRecord, TBody, DateTimeOffset, TRecord> change, CancellationToken cancellationToken)
        where TBody : class => RunAsync(request, route, id, async call =>
    {
        var (body, error) = await call.ReadAsync(type);
        if (body is null)
        {
            return error;
        }

        if (await records.GetAsync(id, call.CancellationToken) is not { } found)
        {
            return NoSuchProduct();
        }

        call.Before(document(found.Value), one);
        call.Because(reason(body));
        var record = change(found.Value, body, calls.Now);
        error = ConfigurationCalls.Invalid(whatIsWrong(record)) ?? Reason.Check(reason(body), isNeeded: true)
            ?? ConfigurationCalls.CheckIfMatch(call, found.ETag, isNeeded: true);
        if (error is not null)
        {
            return error;
        }

        var written = await records.UpdateAsync(record, found.ETag, call.CancellationToken);
        error = await calls.AfterAsync(call, written, $"Updated {title}", id);
        if (error is null)
        {
            await WriteAsync(call, record, written.ETag!);
        }

        return error;
    }, cancellationToken);

    private Task RunAsync(
        HttpRequest request, ManagementRoute route, string id, Func<ManagementCall, Task<HubError?>> run,
        CancellationToken cancellationToken) =>
        handler.RunAsync(
            request, route, id,
            call => gate.Check(needsProvider: false) is { } refused ? Task.FromResult<HubError?>(refused) : run(call), cancellationToken);

    private Task WriteAsync(ManagementCall call, TRecord record, string etag, int status = StatusCodes.Status200OK)
    {
        call.Request.HttpContext.Response.Headers.ETag = etag;
        return call.WriteAsync(document(record), one, status);
    }

    private HubError NoSuchProduct() => Problem.NotFound($"There is no {title} with this id.", $"{title}_not_found");
}
