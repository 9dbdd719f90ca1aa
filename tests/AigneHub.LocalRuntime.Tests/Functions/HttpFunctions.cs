using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace AigneHub.LocalRuntime.Tests.Functions;

public sealed class RouteFunctions
{
    [Function("Item")]
    public Task Item(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/items/{id:int}")] HttpRequest request, int id) =>
        request.HttpContext.Response.WriteAsync($"item {id}");

    [Function("Model")]
    public Task Model(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/models/{*model}")] HttpRequest request,
        string model,
        CancellationToken cancellationToken) =>
        request.HttpContext.Response.WriteAsync("model " + model, cancellationToken);

    [Function("Models")]
    public Task Models([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/models")] HttpRequest request) =>
        request.HttpContext.Response.WriteAsync("models");

    [Function("BothGet")]
    public Task BothGet([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/both")] HttpRequest request) =>
        request.HttpContext.Response.WriteAsync("get");

    [Function("BothPost")]
    public Task BothPost([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/both")] HttpRequest request) =>
        request.HttpContext.Response.WriteAsync("post");

    [Function("Named")]
    public Task Named([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequest request) =>
        request.HttpContext.Response.WriteAsync("named");

    [Function("Kinds")]
    public Task Kinds(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "kinds/{number:long}/{id:guid}/{flag:bool}/{text}")]
        HttpRequest request,
        string text,
        bool flag,
        Guid id,
        long number) =>
        request.HttpContext.Response.WriteAsync($"{number} {id} {flag} {text}");

    [Function("Maybe")]
    public Task Maybe(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "maybe/{number:int?}")] HttpRequest request, int? number) =>
        request.HttpContext.Response.WriteAsync($"maybe {number}");

    [Function("Anything")]
    public Task Anything([HttpTrigger(AuthorizationLevel.Anonymous, Route = "{*rest}")] HttpRequest request, string? rest) =>
        request.HttpContext.Response.WriteAsync("anything " + rest);
}

public sealed class FailingFunctions
{
    [Function("FailBefore")]
    public async Task Before([HttpTrigger(AuthorizationLevel.Anonymous, Route = "fails/before")] HttpRequest request)
    {
        request.HttpContext.Response.Headers["x-half-done"] = "1";
        await Task.Yield();
        throw new InvalidOperationException("before");
    }

    [Function("FailSynchronously")]
    public Task Synchronously([HttpTrigger(AuthorizationLevel.Anonymous, Route = "fails/synchronously")] HttpRequest request) =>
        throw new InvalidOperationException("synchronously");

    [Function("FailUnflushed")]
    public Task Unflushed([HttpTrigger(AuthorizationLevel.Anonymous, Route = "fails/unflushed")] HttpRequest request)
    {
        var writer = request.HttpContext.Response.BodyWriter;
        writer.Advance(Encoding.UTF8.GetBytes("half", writer.GetSpan(4)));
        throw new InvalidOperationException("unflushed");
    }

    [Function("FailMidway")]
    public async Task Midway([HttpTrigger(AuthorizationLevel.Anonymous, Route = "fails/midway")] HttpRequest request)
    {
        await request.HttpContext.Response.WriteAsync("half");
        await request.HttpContext.Response.Body.FlushAsync();
        throw new InvalidOperationException("midway");
    }
}

public sealed class StreamFunctions(Journal journal)
{
    [Function("Stream")]
    public async Task Stream(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "stream")] HttpRequest request,
        CancellationToken cancellationToken)
    {
        await request.HttpContext.Response.WriteAsync("first", cancellationToken);
        await request.HttpContext.Response.Body.FlushAsync(cancellationToken);
        journal.Add("stream began");
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            journal.Add("stream cancelled");
            throw;
        }
    }
}

public sealed class HeldFunctions(MessageHandler handler)
{
    [Function("Held")]
    public async Task Held(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "held")] HttpRequest request,
        CancellationToken cancellationToken)
    {
        await handler.HandleAsync("http", cancellationToken);
        await request.HttpContext.Response.WriteAsync("held", CancellationToken.None);
    }
}
