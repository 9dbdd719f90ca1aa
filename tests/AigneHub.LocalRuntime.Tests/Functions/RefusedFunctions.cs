using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace AigneHub.LocalRuntime.Tests.Functions;

public static class RefusedFunctions
{
    public sealed class OnAdminRoute
    {
        [Function("Refused")]
        public Task Run([HttpTrigger(AuthorizationLevel.Anonymous, Route = "Administration/x")] HttpRequest request) =>
            Task.CompletedTask;
    }

    public sealed class OnRuntimeRoute
    {
        [Function("Refused")]
        public Task Run([HttpTrigger(AuthorizationLevel.Anonymous, Route = "runtime")] HttpRequest request) => Task.CompletedTask;
    }

    public sealed class WithSlash
    {
        [Function("Refused")]
        public Task Run([HttpTrigger(AuthorizationLevel.Anonymous, Route = "/v1")] HttpRequest request) => Task.CompletedTask;
    }

    public sealed class WithUnknownConstraint
    {
        [Function("Refused")]
        public Task Run([HttpTrigger(AuthorizationLevel.Anonymous, Route = "v1/{x:regexp}")] HttpRequest request, string x) =>
            Task.CompletedTask;
    }

    public sealed class WithKey
    {
        [Function("Refused")]
        public Task Run([HttpTrigger(AuthorizationLevel.Function, Route = "v1")] HttpRequest request) => Task.CompletedTask;
    }

    public sealed class WithUnboundParameter
    {
        [Function("Refused")]
        public Task Run([HttpTrigger(AuthorizationLevel.Anonymous, Route = "v1")] HttpRequest request, string name) =>
            Task.CompletedTask;
    }

    public sealed class WithoutConstraint
    {
        [Function("Refused")]
        public Task Run([HttpTrigger(AuthorizationLevel.Anonymous, Route = "v1/{id}")] HttpRequest request, int id) =>
            Task.CompletedTask;
    }

    public sealed class WithContext
    {
        [Function("Refused")]
        public Task Run([HttpTrigger(AuthorizationLevel.Anonymous, Route = "v1")] HttpRequest request, HttpContext context) =>
            Task.CompletedTask;
    }

    public sealed class WithResult
    {
        [Function("Refused")]
        public Task<string> Run([HttpTrigger(AuthorizationLevel.Anonymous, Route = "v1")] HttpRequest request) =>
            Task.FromResult("");
    }

    public sealed class WithTwoTriggers
    {
        [Function("Refused")]
        public Task Run([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequest request, [QueueTrigger("q")] string message) =>
            Task.CompletedTask;
    }

    public sealed class WithoutTrigger
    {
        [Function("Refused")]
        public Task Run() => Task.CompletedTask;
    }

    public sealed class WithUnknownTrigger
    {
        [Function("Refused")]
        public Task Run([BlobTrigger] string blob) => Task.CompletedTask;
    }

    public class NotSealed
    {
        [Function("Refused")]
        public Task Run([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequest request) => Task.CompletedTask;
    }

    public sealed class NotPublicMethod
    {
        [Function("Refused")]
        internal Task Run([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequest request) => Task.CompletedTask;
    }

    public sealed class OnQueueOfObjects
    {
        [Function("Refused")]
        public Task Run([QueueTrigger("q")] Uri message) => Task.CompletedTask;
    }

    public sealed class WithoutConnection
    {
        [Function("Refused")]
        public Task Run([QueueTrigger("q", Connection = "NoSuchStorage")] string message) => Task.CompletedTask;
    }

    public sealed class WithIdentity
    {
        [Function("Refused")]
        public Task Run([QueueTrigger("q", Connection = "ByIdentity")] string message) => Task.CompletedTask;
    }

    public sealed class OnMissingSetting
    {
        [Function("Refused")]
        public Task Run([QueueTrigger("%NoSuchSetting%")] string message) => Task.CompletedTask;
    }

    public sealed class OnFiveFields
    {
        [Function("Refused")]
        public Task Run([TimerTrigger("* * * * *")] TimerInfo timer) => Task.CompletedTask;
    }

    public sealed class WithMissingService(Journal journal)
    {
        [Function("Refused")]
        public Task Run([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequest request) => Task.FromResult(journal);
    }

    public sealed class OnTakenRoute
    {
        [Function("Refused")]
        public Task Run([HttpTrigger(AuthorizationLevel.Anonymous, Route = "Stream")] HttpRequest request) => Task.CompletedTask;
    }

    [AttributeUsage(AttributeTargets.Parameter)]
    public sealed class BlobTriggerAttribute : Attribute;
}

internal sealed class InternalFunctions
{
    [Function("Refused")]
    public Task Run([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequest request) => Task.CompletedTask;
}
