using System.Text;
using System.Text.RegularExpressions;
using AigneHub.Gateway.Management;
using AigneHub.Unit.Tests.Tidy;

namespace AigneHub.Hub.Tests.Access;

/// <summary>A call of a function, with values in its route.</summary>
/// <param name="Account">What the route's id names, where it names an account.</param>
internal sealed partial record WalkedRoute(string Function, HttpMethod Verb, string Path, ManagementRoute? Management, string? Account)
{
    private const string OtherAccount = "walker-other";
    private const string None = "walker-none";

    /// <summary>Where a route takes a path of the API it serves, one that this API has.</summary>
    public static readonly IReadOnlyDictionary<string, string> Paths = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["AigneCall"] = "chat",
        ["AigneCallV1"] = "chat/completions",
        ["AzureDeployment"] = "walker/chat/completions",
        ["AzureV1"] = "chat/completions",
        ["GeminiCall"] = "walker:generateContent",
        ["TestStoredModel"] = "walker/none/test",
    };

    public bool IsChange => Verb != HttpMethod.Get;

    public static IReadOnlyList<WalkedRoute> All { get; } =
    [
        .. from function in FunctionTable.Local
           where function.Http is not null
           let management = ManagementRoutes.All.SingleOrDefault(route => route.Function == function.Name)
           from account in AccountsOf(management)
           from verb in function.Http!.Methods!
           select new WalkedRoute(
               function.Name, new HttpMethod(verb.ToUpperInvariant()),
               "/" + Value().Replace(function.Http.Route!, match => ValueOf(function.Name, match.Value, account)), management, account),
    ];

    public HttpRequestMessage Request(string? key)
    {
        var request = new HttpRequestMessage(Verb, Path);
        if (IsChange)
        {
            request.Content = new StringContent("{}", Encoding.UTF8, "application/json");
        }

        if (key is not null)
        {
            request.Headers.Authorization = new("Bearer", key);
        }

        return request;
    }

    private static string?[] AccountsOf(ManagementRoute? route) =>
        route?.Scope == RouteScope.Account ? [WalkedCaller.Account, OtherAccount] : [null];

    private static string ValueOf(string function, string value, string? account) =>
        value[1] == '*' ? Paths.GetValueOrDefault(function, "walker/none") : value == "{id}" ? account ?? None : None;

    [GeneratedRegex(@"\{\*?\w+\}")]
    private static partial Regex Value();
}
