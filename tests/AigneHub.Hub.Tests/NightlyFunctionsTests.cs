using System.Reflection;
using AigneHub.Core.Audit;
using AigneHub.Core.Idempotency;
using AigneHub.Core.Jobs;
using AigneHub.Core.Limits;
using AigneHub.Core.Notices;
using AigneHub.Core.Responses;
using AigneHub.Functions;
using AigneHub.Hub.Tests.Support;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace AigneHub.Hub.Tests;

[Collection(HubCollections.Records)]
public sealed class NightlyFunctionsTests(AzuriteFixture azurite)
{
    /// <summary>The promise of how long things are kept is each store's own.</summary>
    [Fact]
    public async Task ForgetOld_StoresThatFail_StopNoneOfTheOthers()
    {
        var asked = new List<Type>();
        T Store<T>()
            where T : class
        {
            var store = DispatchProxy.Create<T, Failing>();
            ((Failing)(object)store).Asked = () => asked.Add(typeof(T));
            return store;
        }

        await using var hub = await TestHub.StartAsync(azurite);
        var nightly = ActivatorUtilities.CreateInstance<NightlyFunctions>(
            hub.Services, Store<IStoredResponses>(), Store<IIdempotentCalls>(), Store<IVideoJobs>(), Store<INoticeStore>(), Store<ILimitStore>(),
            Store<IAuditStore>());

        var failed = await Assert.ThrowsAsync<AggregateException>(() => nightly.ForgetOld(new TimerInfo(), default));

        Assert.Equal(6, failed.InnerExceptions.Count);
        Assert.Equal(6, asked.Distinct().Count());
    }

    /// <summary>A store that does nothing but fail.</summary>
    public class Failing : DispatchProxy
    {
        public Action Asked { get; set; } = () => { };

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            Asked();
            return Task.FromException<int>(new IOException("away"));
        }
    }
}
