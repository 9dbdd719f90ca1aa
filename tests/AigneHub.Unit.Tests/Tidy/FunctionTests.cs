namespace AigneHub.Unit.Tests.Tidy;

/// <summary>What the Functions host asks of an app, seen before it is deployed.</summary>
public sealed class FunctionTests
{
    [Fact]
    public void FunctionClasses_AreAllPublicAndSealed() => Assert.All(
        FunctionTable.Local, function => Assert.True(
            function.Method.DeclaringType is { IsPublic: true, IsSealed: true }, $"{function.Method.DeclaringType} is not public sealed."));

    [Fact]
    public void FunctionNames_OverBothForms_AreUnique()
    {
        string[] names = [.. FunctionTable.Local.Select(function => function.Name), .. FunctionTable.AzureOnly];
        Assert.NotEmpty(FunctionTable.AzureOnly);
        Assert.Equal(names.Distinct(StringComparer.OrdinalIgnoreCase), names);
    }

    /// <summary>The host keeps these first segments for itself.</summary>
    [Fact]
    public void Routes_FirstSegment_IsNotTheHosts() => Assert.All(
        FunctionTable.Calls, call => Assert.DoesNotContain(
            call.Split('/')[1], ["admin", "runtime"], StringComparer.OrdinalIgnoreCase));

    /// <summary>The host takes a query parameter named <c>code</c> for a function key.</summary>
    [Fact]
    public void RouteValues_AreNotNamedCode() =>
        Assert.DoesNotContain(FunctionTable.Calls, call => call.Contains("{code}", StringComparison.OrdinalIgnoreCase));

    /// <summary>What no caller starts must not work on storage that the hub does not know yet, or never will.</summary>
    [Fact]
    public void Functions_OfQueuesAndTimers_WaitForTheStart()
    {
        var functions = Repository.Files("src/AigneHub.Functions", "*.cs")
            .SelectMany(path => Repository.Read(path).Split("[Function(").Skip(1))
            .Where(text => !text.Contains("[HttpTrigger(", StringComparison.Ordinal)).ToArray();
        Assert.Contains(functions, text => text.Contains("[TimerTrigger(", StringComparison.Ordinal));
        Assert.Contains(functions, text => text.Contains("[ServiceBusTrigger(", StringComparison.Ordinal));
        Assert.All(
            functions, text => Assert.Contains("await startup.ReadyAsync(cancellationToken);", text, StringComparison.Ordinal));
    }
}
