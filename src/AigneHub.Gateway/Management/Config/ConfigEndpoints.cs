using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AigneHub.Core;
using AigneHub.Core.Access;
using AigneHub.Core.Accounts;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Gateway.Management.Config;

/// <summary>
/// <c>/api/admin/config</c>: all that is configured at run time as one document, without secrets; and one document that says how it is to
/// be, compared first and then put in force. A repeat changes nothing.
/// </summary>
public sealed class ConfigEndpoints(
    ManagementHandler handler, ConfigurationCalls calls, ConfigApplier applier, RoutingSections routing, SaleSections sale,
    OwnerSections owners)
{
    private const int BodyBytesMax = 4 * 1024 * 1024;
    private const int EntriesMax = 10_000;

    /// <summary>Writes of one call, one after another: they end before the front end gives up on the answer.</summary>
    private const int WritesMax = 1_000;

    private const int ETagCharacters = 32;
    private const string YamlMedia = "application/yaml";

    /// <summary>GET: JSON; YAML by <c>Accept</c> or <c>format=yaml</c>.</summary>
    public Task GetAsync(HttpRequest request, CancellationToken cancellationToken) =>
        handler.RunAsync(request, ManagementRoutes.GetConfig, GetAsync, cancellationToken);

    /// <summary>
    /// PUT, JSON or YAML: says what would change; with <c>dryRun=false</c> and If-Match, changes it. <c>prune=true</c>: what the document's
    /// lists don't have is deleted. <c>acceptSuspicious</c>.
    /// </summary>
    public Task PutAsync(HttpRequest request, CancellationToken cancellationToken) =>
        handler.RunAsync(request, ManagementRoutes.PutConfig, PutAsync, cancellationToken);

    private async Task<HubError?> GetAsync(ManagementCall call)
    {
        var query = new Query(call.Request, "format");
        var format = query.Word<ConfigFormat>("format");
        if (query.Error is { } error)
        {
            return error;
        }

        var sections = Sections(null);
        await LoadAsync(sections, call.CancellationToken);
        var document = new JsonObject();
        foreach (var section in sections)
        {
            if (section.Export() is { } entries)
            {
                document[section.Name] = entries;
            }
        }

        var response = call.Request.HttpContext.Response;
        response.Headers.ETag = ETagOf(sections);
        response.Headers.Append("Vary", "Accept");
        if ((format ?? (AcceptsYaml(call.Request) ? ConfigFormat.Yaml : ConfigFormat.Json)) == ConfigFormat.Yaml)
        {
            response.ContentType = YamlMedia;
            await response.WriteAsync(ConfigYaml.Write(document), call.CancellationToken);
            return null;
        }

        await call.WriteAsync(document.Deserialize(ConfigJson.Default.ConfigFile)!, ConfigJson.Default.ConfigFile);
        return null;
    }

    private async Task<HubError?> PutAsync(ManagementCall call)
    {
        var query = new Query(call.Request, "dryRun", "prune", "acceptSuspicious");
        var dryRun = query.Flag("dryRun", fallback: true);
        var prune = query.Flag("prune", fallback: false);
        var acceptsSuspicious = query.Flag("acceptSuspicious", fallback: false);
        if (query.Error is { } refused)
        {
            return refused;
        }

        if (dryRun)
        {
            call.IsDryRun();
        }

        var (file, error) = await ReadAsync(call);
        if (file is null)
        {
            return error;
        }

        var sections = Sections(file);
        error = Judge(call, file, sections);
        if (error is not null)
        {
            return error;
        }

        await calls.RefreshAsync(call.CancellationToken);
        await LoadAsync(sections, call.CancellationToken);
        var etag = ETagOf(sections);
        if (!dryRun && ConfigurationCalls.CheckIfMatch(call, etag, isNeeded: true) is { } mismatch)
        {
            return mismatch;
        }

        var steps = new List<ConfigStep>();
        var unchanged = 0;
        foreach (var section in sections)
        {
            (error, var same) = await section.PlanAsync(file, prune, steps, call.CancellationToken);
            if (error is not null)
            {
                return error;
            }

            unchanged += same;
        }

        // What others need comes first and goes last.
        var ordered = steps.Where(step => step.Change.Action != ConfigAction.Delete)
            .Concat(steps.Where(step => step.Change.Action == ConfigAction.Delete).Reverse()).ToList();
        error = ConfigReferences.Check(file, prune, sections, calls)
            ?? (acceptsSuspicious ? null : SuspiciousPrices.Check(steps))
            ?? Reason.Check(file.Reason, isNeeded: !dryRun && steps.Any(step => MovesMoney(step.Change)))
            ?? (ordered.Count > WritesMax ? TooMany(ordered.Count) : null);
        call.Because(file.Reason);
        if (error is not null)
        {
            return error;
        }

        if (!dryRun && ordered.Count > 0)
        {
            (etag, error) = await applier.ApplyAsync(call, ordered, etag, unchanged, async () =>
            {
                await LoadAsync(sections, call.CancellationToken);
                return ETagOf(sections);
            });
            if (error is not null)
            {
                return error;
            }
        }

        call.Request.HttpContext.Response.Headers.ETag = etag;
        await call.WriteAsync(ConfigReport.Of(dryRun, etag, unchanged, ordered), ConfigJson.Default.ConfigReport);
        return null;
    }

    private static HubError TooMany(int changes) => new(
        413, "too_many_changes", Blame.Caller,
        $"This would be {changes} changes; a call makes at most {WritesMax}. Apply the document's lists one after another.");

    /// <summary>As the calls for one of them: those need a reason, too.</summary>
    private static bool MovesMoney(ConfigChange change) => change.Kind is "margins" or "overrides" or "packs" or "plans"
        || (change.Action == ConfigAction.Update && change.Fields.Any(field => field.Field is "budget" or "credit" or "plan"));

    private HubError? Judge(ManagementCall call, ConfigFile file, IReadOnlyList<ConfigSection> sections)
    {
        if (sections.Sum(section => section.CountIn(file)) > EntriesMax)
        {
            return new HubError(413, "request_too_large", Blame.Caller, $"A document may have at most {EntriesMax} entries.");
        }

        if (calls.InForce.Snapshot.Mode == HubMode.Provider
            ? (file.Teams ?? file.Projects) is not null
            : file.Margins is not null || file.Overrides is not null || file.Packs is not null || file.Plans is not null)
        {
            return new HubError(
                409, "mode_differs", Blame.Caller,
                "Teams and projects are of Enterprise mode alone; margins, overrides, packs and plans of Provider mode. Leave them out.");
        }

        return (file.Accounts ?? file.Teams ?? file.Projects) is not null && !call.Caller.May(Permission.ManageOwners)
            ? new HubError(
                403, "forbidden", Blame.Caller, "Accounts, teams and projects need a role that may manage them. Leave these lists out.")
            : null;
    }

    private static async Task<(ConfigFile? File, HubError? Error)> ReadAsync(ManagementCall call)
    {
        var (bytes, error) = await call.ReadBytesAsync(BodyBytesMax, YamlMedia);
        if (bytes is null)
        {
            return (null, error);
        }

        try
        {
            if (call.Request.HasJsonContentType())
            {
                return JsonSerializer.Deserialize(bytes, ConfigJson.Default.ConfigFile) is { } file
                    ? (file, null)
                    : (null, Problem.BadRequest("The body must be a JSON object."));
            }

            (var document, error) = ConfigYaml.Read(bytes);
            return document is null ? (null, error) : (document.Deserialize(ConfigJson.Default.ConfigFile), null);
        }
        catch (JsonException e)
        {
            return (null, ManagementCall.Wrong(e));
        }
    }

    private static Task LoadAsync(IReadOnlyList<ConfigSection> sections, CancellationToken cancellationToken) =>
        Task.WhenAll(sections.Select(section => section.LoadAsync(cancellationToken)));

    private static string ETagOf(IReadOnlyList<ConfigSection> sections)
    {
        var versions = string.Join('\n', sections.SelectMany(section => section.Versions));
        return $"\"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(versions)))[..ETagCharacters]}\"";
    }

    private static bool AcceptsYaml(HttpRequest request) =>
        request.GetTypedHeaders().Accept.Any(one => one.MediaType.Value is YamlMedia or "application/x-yaml" or "text/yaml");

    /// <summary>Those that the hub's mode has, in the order in which they are written.</summary>
    /// <param name="file">The document that they are compared with; null for none.</param>
    private List<ConfigSection> Sections(ConfigFile? file)
    {
        var accounts = owners.Of("accounts", OwnerKind.Account, file => file.Accounts);
        return calls.InForce.Snapshot.Mode == HubMode.Provider
            ?
            [
                routing.Providers(), routing.Credentials(), routing.Models(), routing.Aliases(), sale.Margins(file), sale.Overrides(file),
                sale.Packs(), sale.Plans(), accounts,
            ]
            :
            [
                routing.Providers(), routing.Credentials(), routing.Models(), routing.Aliases(), accounts,
                owners.Of("teams", OwnerKind.Team, file => file.Teams), owners.Of("projects", OwnerKind.Project, file => file.Projects),
            ];
    }
}
