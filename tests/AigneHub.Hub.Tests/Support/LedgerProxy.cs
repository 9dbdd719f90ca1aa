using System.Reflection;
using AigneHub.Core.Ledger;
using Microsoft.Extensions.DependencyInjection;

namespace AigneHub.Hub.Tests.Support;

/// <summary>The hub's ledger with one of its methods replaced.</summary>
public class LedgerProxy : DispatchProxy
{
    private Func<MethodInfo, object?[], object?> _replace = (_, _) => null;
    private ILedgerStore? _inner;

    /// <param name="replace">Null: the ledger's own answer.</param>
    public static void Put(IServiceCollection services, Func<MethodInfo, object?[], object?> replace)
    {
        var inner = (ILedgerStore)services.Last(service => service.ServiceType == typeof(ILedgerStore)).ImplementationInstance!;
        var proxy = Create<ILedgerStore, LedgerProxy>();
        var self = (LedgerProxy)(object)proxy;
        self._inner = inner;
        self._replace = replace;
        services.AddSingleton(proxy);
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        _replace(targetMethod!, args!) ?? targetMethod!.Invoke(_inner, args);
}
