using System.Globalization;
using System.Text;
using AigneHub.Core.Access;
using AigneHub.Gateway.Management;

namespace AigneHub.Unit.Tests.Tidy;

/// <summary>Who may call what: each function says so in one place, and docs/security.md shows it.</summary>
public sealed class AccessTests
{
    private const string Page = "docs/security.md";
    private const string UpdateVariable = "AIGNEHUB_UPDATE_DOCS";
    private const string Begin = "<!-- Written by AccessTests from the tables of the code: AIGNEHUB_UPDATE_DOCS=1 writes it anew. -->\n";
    private const string End = "<!-- Until here. -->\n";

    private static readonly Role[] Known = Enum.GetValues<Role>();

    private static IEnumerable<string> HttpFunctions =>
        FunctionTable.Local.Where(function => function.Http is not null).Select(function => function.Name);

    [Fact]
    public void Functions_OfHttp_SayOnceWhoMayCallThem() => Assert.Equal(
        HttpFunctions.Order(StringComparer.Ordinal),
        ManagementRoutes.All.Select(route => route.Function).Concat(OpenRoutes.All.Keys).Order(StringComparer.Ordinal));

    [Fact]
    public void Roles_ThatChangeSomething_DoNotBelongToAuditors() => Assert.All(
        FunctionTable.Local.Where(function => function.Http is { Methods: [not "get"] }), function =>
            Assert.DoesNotContain(
                ManagementRoutes.All, route => route.Function == function.Name && Roles.Allow(Role.Auditor, route.Permission)));

    [Fact]
    public void Roles_OfOwners_HaveEverything() => Assert.All(
        Enum.GetValues<Permission>(), permission =>
        {
            Assert.True(Roles.Allow(Role.Owner, permission));
            Assert.Equal(permission != Permission.Own, Roles.Allow(Role.Administrator, permission));
        });

    [Fact]
    public void SecurityPage_Table_IsWhatTheCodeSays()
    {
        var path = Path.Combine(Repository.Root, Page);
        var page = File.ReadAllText(path);
        var start = page.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        var end = page.IndexOf(End, StringComparison.Ordinal);
        Assert.True(start >= Begin.Length && end >= start, $"{Page} has no place for the table.");
        var table = Table();
        if (Environment.GetEnvironmentVariable(UpdateVariable) is { Length: > 0 })
        {
            page = page[..start] + table + page[end..];
            File.WriteAllText(path, page);
            end = start + table.Length;
        }

        Assert.True(page[start..end] == table, $"{Page} differs from the code. If it should, run the tests with {UpdateVariable}=1.");
    }

    private static string Table()
    {
        var text = new StringBuilder("\n| Call | mode | where | ");
        text.AppendJoin(" | ", Known.Select(Word)).Append(" |\n|---|---|---|");
        text.AppendJoin("", Known.Select(_ => "---|")).Append('\n');
        var rows = from function in FunctionTable.Local
                   where function.Http is { Route: not null }
                   join route in ManagementRoutes.All on function.Name equals route.Function
                   from verb in function.Http!.Methods!
                   let call = $"{verb.ToUpperInvariant()} /{function.Http.Route}"
                   orderby function.Http.Route, verb
                   select (call, route);
        foreach (var (call, route) in rows)
        {
            text.Append(CultureInfo.InvariantCulture, $"| `{call}` | {Mode(route)} | {Where(route)} |");
            foreach (var role in Known)
            {
                text.Append(Roles.Allow(role, route.Permission) ? " x |" : " |");
            }

            text.Append('\n');
        }

        text.Append("\n| Open to | calls |\n|---|---|\n");
        foreach (var access in Enum.GetValues<OpenAccess>())
        {
            var calls = from function in FunctionTable.Local
                        where function.Http is not null && OpenRoutes.All.GetValueOrDefault(function.Name, (OpenAccess)(-1)) == access
                        from verb in function.Http!.Route == "{*path}" ? ["ANY"] : function.Http.Methods!
                        orderby function.Http.Route, verb
                        select $"`{verb.ToUpperInvariant()} /{function.Http.Route}`";
            text.Append(CultureInfo.InvariantCulture, $"| {Name(access)} | {string.Join(", ", calls)} |\n");
        }

        return text.Append('\n').ToString();
    }

    private static string Word(Role role) => role.ToString().ToLowerInvariant();

    private static string Mode(ManagementRoute route) => route.Mode?.ToString() ?? "both";

    private static string Where(ManagementRoute route) => route.Scope switch
    {
        RouteScope.Hub => "the hub",
        RouteScope.Own => "its own account",
        _ => $"the {Word(route.Scope)}, the hub",
    };

    private static string Word(RouteScope scope) => scope.ToString().ToLowerInvariant();

    private static string Name(OpenAccess access) => access switch
    {
        OpenAccess.Everybody => "everybody",
        OpenAccess.KeyOptional => "everybody; a key that is sent must be good, and without `AigneHub__Gateway__PublicModels` there must be one",
        OpenAccess.Callers => "every key and member whose role calls models",
        OpenAccess.AnyKey => "every key and member",
        OpenAccess.AnyToken => "whoever signs in at an identity provider, member or not",
        _ => "the payment provider, by its signature",
    };
}
