using AigneHub.LocalRuntime.Tests.Functions;
using Microsoft.Extensions.DependencyInjection;

namespace AigneHub.LocalRuntime.Tests;

public sealed class RefusalTests
{
    [Theory]
    [InlineData(typeof(RefusedFunctions.OnAdminRoute), "'Refused'", "admin")]
    [InlineData(typeof(RefusedFunctions.OnRuntimeRoute), "'Refused'", "admin or runtime")]
    [InlineData(typeof(RefusedFunctions.WithSlash), "'Refused'", "slash")]
    [InlineData(typeof(RefusedFunctions.WithUnknownConstraint), "'Refused'", "regexp")]
    [InlineData(typeof(RefusedFunctions.WithKey), "'Refused'", "Anonymous")]
    [InlineData(typeof(RefusedFunctions.WithUnboundParameter), "'Refused'", "'name' is not in its route")]
    [InlineData(typeof(RefusedFunctions.WithoutConstraint), "'Refused'", "{id:int}")]
    [InlineData(typeof(RefusedFunctions.WithContext), "'Refused'", "HttpContext")]
    [InlineData(typeof(RefusedFunctions.WithResult), "'Refused'", "must return Task")]
    [InlineData(typeof(RefusedFunctions.WithTwoTriggers), "'Refused'", "one trigger, not 2")]
    [InlineData(typeof(RefusedFunctions.WithoutTrigger), "'Refused'", "one trigger, not 0")]
    [InlineData(typeof(RefusedFunctions.WithUnknownTrigger), "'Refused'", "BlobTriggerAttribute")]
    [InlineData(typeof(RefusedFunctions.NotSealed), "'Refused'", "public and sealed")]
    [InlineData(typeof(InternalFunctions), "'Refused'", "public and sealed")]
    [InlineData(typeof(RefusedFunctions.NotPublicMethod), "'Refused'", "public instance method")]
    [InlineData(typeof(RefusedFunctions.OnQueueOfObjects), "'Refused'", "Uri")]
    [InlineData(typeof(RefusedFunctions.WithoutConnection), "'Refused'", "'NoSuchStorage' is missing")]
    [InlineData(typeof(RefusedFunctions.WithIdentity), "'Refused'", "identities are not supported")]
    [InlineData(typeof(RefusedFunctions.OnMissingSetting), "'Refused'", "'NoSuchSetting'")]
    [InlineData(typeof(RefusedFunctions.OnFiveFields), "'Refused'", "six fields")]
    [InlineData(typeof(RefusedFunctions.WithMissingService), "'Refused'", "Journal")]
    public void Function_OfAShapeThatIsNotServed_IsRefusedByName(Type type, params string[] words)
    {
        var builder = TestApp.Builder([type]);
        builder.Configuration["AzureWebJobsStorage"] = "UseDevelopmentStorage=true";
        builder.Configuration["ByIdentity:queueServiceUri"] = "https://example.org";

        var refusal = Assert.Throws<LocalStartupException>(() => builder.Build());

        Assert.All(words, word => Assert.Contains(word, refusal.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Functions_OfOneName_AreRefused()
    {
        var builder = TestApp.Builder([typeof(RefusedFunctions.OnAdminRoute), typeof(RefusedFunctions.WithSlash)]);

        var refusal = Assert.Throws<LocalStartupException>(() => builder.Build());

        Assert.Contains("'Refused'", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("OnAdminRoute and WithSlash", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Functions_OfOneRouteAndMethod_AreRefused()
    {
        var builder = TestApp.Builder([typeof(StreamFunctions), typeof(RefusedFunctions.OnTakenRoute)]);
        builder.Services.AddSingleton<Journal>();

        var refusal = Assert.Throws<LocalStartupException>(() => builder.Build());

        Assert.Contains("'stream' is already that of function", refusal.Message, StringComparison.Ordinal);
    }
}
