using AigneHub.Core;
using AigneHub.Core.Accounts;
using AigneHub.Core.Configuration;
using AigneHub.Core.Keys;
using AigneHub.Core.Ledger;
using AigneHub.Core.Payments;
using AigneHub.Core.Pricing;
using AigneHub.Gateway.Authentication;
using AigneHub.Gateway.Management.Members;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Gateway.Management;

/// <summary><c>/api/admin/accounts</c>, <c>/api/admin/teams</c>, <c>/api/admin/projects</c>: list, get, create, update.</summary>
public sealed class OwnerEndpoints(
    ManagementHandler handler, IOwnerStore owners, OwnedPurses purses, OwnerOpening opening, AccountPlans plans,
    AccountClosing closing, IConfigurationStore configuration, KeyAuthenticator authenticator, IHubSnapshots snapshots, TimeProvider time)
{
    private const int NameCharsMax = 100;
    private const string KeptForHistory = "It was deleted, and is kept for its history alone.";

    private HubMode Mode => snapshots.Current.Mode;

    /// <summary>GET by id; <c>limit</c> 1 to 200, <c>continuation</c>.</summary>
    public Task ListAsync(HttpRequest request, ManagementRoute route, OwnerKind kind, CancellationToken cancellationToken) =>
        handler.RunAsync(request, route, call => ListAsync(call, kind), cancellationToken);

    public Task GetAsync(
        HttpRequest request, ManagementRoute route, OwnerKind kind, string id, CancellationToken cancellationToken) =>
        handler.RunAsync(request, route, id, call => GetAsync(call, kind, id), cancellationToken);

    /// <summary>POST: once for an id, whatever is repeated.</summary>
    public Task CreateAsync(HttpRequest request, ManagementRoute route, OwnerKind kind, CancellationToken cancellationToken) =>
        handler.RunAsync(request, route, call => CreateAsync(call, kind), cancellationToken);

    /// <summary>PATCH with If-Match.</summary>
    public Task UpdateAsync(
        HttpRequest request, ManagementRoute route, OwnerKind kind, string id, CancellationToken cancellationToken) =>
        handler.RunAsync(request, route, id, call => UpdateAsync(call, kind, id), cancellationToken);

    /// <summary>Null in the mode that has such owners.</summary>
    internal static HubError? CheckMode(OwnerKind kind, HubMode mode) => kind == OwnerKind.Account || mode == HubMode.Enterprise
        ? null
        : new HubError(
            409, "mode_differs", Blame.Caller,
            $"There are no {Word(kind)}s in Provider mode: accounts are strangers to each other there, and a label that two of them "
            + "choose alike must not charge one for the other. Give each customer an account, and keys budgets.");

    private async Task<HubError?> ListAsync(ManagementCall call, OwnerKind kind)
    {
        var (limit, continuation, _, error) = ConfigurationCalls.Page(call.Request, ofProvider: false);
        if (error is not null)
        {
            return error;
        }

        var page = await owners.ListAsync(kind, limit, continuation, call.CancellationToken);
        await call.WriteAsync(
            new RecordPage<OwnerDocument>([.. page.Items.Select(item => OwnerDocument.Of(item.Value, Mode))], page.Continuation),
            ManagementJson.Default.RecordPageOwnerDocument);
        return null;
    }

    private async Task<HubError?> GetAsync(ManagementCall call, OwnerKind kind, string id)
    {
        if (await owners.FindAsync(kind, id, call.CancellationToken) is not { } found)
        {
            return NotFound(kind);
        }

        await WriteAsync(call, found);
        return null;
    }

    private async Task<HubError?> CreateAsync(ManagementCall call, OwnerKind kind)
    {
        var (body, error) = await call.ReadAsync(ManagementJson.Default.CreateOwnerRequest);
        if (body is null)
        {
            return error;
        }

        (var owner, error) = Build(kind, body, null);
        error ??= await CheckPlanAsync(body.Plan, call.CancellationToken);
        if (owner is null || error is not null)
        {
            return error;
        }

        (var found, var isNew, error) = await MakeAsync(owner, call.CancellationToken);
        if (found is null)
        {
            return error;
        }

        await WriteAsync(call, found, isNew ? StatusCodes.Status201Created : StatusCodes.Status200OK);
        return null;
    }

    /// <summary>What an entry says, checked, but for the plan's existence. Exactly one of the results is null.</summary>
    /// <param name="before">What is stored of it; null when it is new.</param>
    internal (OwnerRecord? Record, HubError? Error) Build(OwnerKind kind, CreateOwnerRequest body, OwnerRecord? before)
    {
        var error = CheckId(body.Id) ?? CheckTerms(kind, body.Budget, body.Credit, body.CaptureContent)
            ?? CheckLowBalance(kind, body.LowBalance is not null, body.LowBalance) ?? CheckPlan(kind, body.Plan is not null)
            ?? RateLimitsDocument.Check(body.Limits);
        if (error is not null)
        {
            return (null, error);
        }

        var isCredit = Mode == HubMode.Provider && (body.Credit ?? true);
        var owner = new OwnerRecord
        {
            Kind = kind,
            Id = body.Id,
            Name = body.Name,
            Email = body.Email,
            Terms = Mode == HubMode.Provider
                ? PurseTerms.WithBalances(CreditTerms(isCredit), NanoOf(body.LowBalance), before?.Terms?.Alerts?.TopUpBelow)
                : body.Budget?.ToTerms(),
            Limits = body.Limits?.ToLimits(),
            CaptureContent = body.CaptureContent ?? false,
            Status = before?.Status ?? OwnerStatus.Active,
            StatusReason = before?.StatusReason,
            CreatedAt = before?.CreatedAt ?? time.GetUtcNow(),
            Plan = before is null ? body.Plan : before.Plan,
            GivenPlan = body.Plan,
        };
        return Check(owner) is { } wrong ? (null, wrong) : (owner, null);
    }

    /// <summary>All of a record as an entry says it.</summary>
    internal CreateOwnerRequest EntryOf(OwnerRecord record)
    {
        var document = OwnerDocument.Of(record, Mode);
        return new CreateOwnerRequest(
            document.Id, document.Name, document.Email, document.Budget, document.Limits, document.Credit,
            document.CaptureContent, document.LowBalance, document.GivenPlan);
    }

    /// <summary>Makes an owner with its purse; null when it is there as it should be.</summary>
    internal async Task<HubError?> AddAsync(OwnerRecord owner, CancellationToken cancellationToken) =>
        (await MakeAsync(owner, cancellationToken)).Error;

    /// <summary>Changes an owner and its purse; null when it is done.</summary>
    internal async Task<HubError?> ReplaceAsync(
        OwnerRecord updated, Versioned<OwnerRecord> before, CancellationToken cancellationToken)
    {
        if (updated.GivenPlan != before.Value.GivenPlan)
        {
            updated = updated with { Plan = await plans.ReadInForceAsync(updated.Id, cancellationToken) ?? updated.GivenPlan };
        }

        var purse = PurseNames.Of(updated.Kind, updated.Id);
        if (await purses.PrepareAsync(purse, before.Value.Terms, updated.Terms, cancellationToken) is { } error)
        {
            return error;
        }

        var isReplaced = await owners.ReplaceAsync(updated, before.ETag, cancellationToken);
        authenticator.Forget();
        return await purses.FollowAsync(purse, cancellationToken) ?? (isReplaced ? null : ConfigurationCalls.Mismatch());
    }

    private async Task<(Versioned<OwnerRecord>? Found, bool IsNew, HubError? Error)> MakeAsync(
        OwnerRecord owner, CancellationToken cancellationToken)
    {
        var (found, isNew, error) = await opening.OpenAsync(owner, cancellationToken);
        authenticator.Forget();
        return error is not null ? (null, false, error)
            : found is null || !OwnerOpening.IsSame(found.Value, owner)
            ? (null, false, new HubError(
                409, "already_exists", Blame.Caller,
                $"There is a {Word(owner.Kind)} of this id with other content. Change it with PATCH.", "id"))
            : (found, isNew, null);
    }

    private async Task<HubError?> UpdateAsync(ManagementCall call, OwnerKind kind, string id)
    {
        var (body, error) = await call.ReadAsync(ManagementJson.Default.UpdateOwnerRequest);
        if (body is null)
        {
            return error;
        }

        if (await owners.FindAsync(kind, id, call.CancellationToken) is not { } found)
        {
            return NotFound(kind);
        }

        error = ConfigurationCalls.CheckIfMatch(call, found.ETag, isNeeded: true)
            ?? CheckTerms(kind, body.Budget.Value, body.Credit, body.CaptureContent)
            ?? CheckLowBalance(kind, body.LowBalance.IsGiven, body.LowBalance.Value) ?? CheckPlan(kind, body.Plan.IsGiven)
            ?? RateLimitsDocument.Check(body.Limits) ?? CheckStatus(found.Value, body)
            ?? Reason.Check(body.Reason, MovesMoney(body)) ?? await CheckPlanAsync(body.Plan.Value, call.CancellationToken)
            ?? (kind == OwnerKind.Account && body.Status == OwnerStatus.Closed && found.Value.Status != OwnerStatus.Closed
                ? await closing.CheckAsync(call.Caller, id, call.CancellationToken)
                : null);
        if (error is not null)
        {
            return error;
        }

        var before = found.Value;
        call.Before(OwnerDocument.Of(before, Mode), ManagementJson.Default.OwnerDocument);
        call.Because(body.Reason);
        var updated = before with
        {
            Name = body.Name ?? before.Name,
            Email = body.Email.Or(before.Email),
            Terms = TermsOf(body, before.Terms),
            Limits = body.Limits is null ? before.Limits : body.Limits.ToLimits(),
            CaptureContent = body.CaptureContent ?? before.CaptureContent,
            Status = body.Status ?? before.Status,
            GivenPlan = body.Plan.Or(before.GivenPlan),
            StatusReason = StatusReasonOf(body, before),
        };
        return Check(updated) ?? await ReplaceAsync(updated, found, call.CancellationToken) ?? await GetAsync(call, kind, id);
    }

    private static PurseTerms? TermsOf(UpdateOwnerRequest body, PurseTerms? before) => body switch
    {
        { Budget.IsGiven: true } => body.Budget.Value?.ToTerms(),
        { Credit: not null } or { LowBalance.IsGiven: true } => PurseTerms.WithBalances(
            body.Credit is { } credit ? CreditTerms(credit) : before,
            body.LowBalance.IsGiven ? NanoOf(body.LowBalance.Value) : before?.Alerts?.LowBalance,
            before?.Alerts?.TopUpBelow),
        _ => before,
    };

    /// <summary>What was said of another status is not true of this one, and what was said of money is of no status.</summary>
    private static string? StatusReasonOf(UpdateOwnerRequest body, OwnerRecord before) =>
        body.Reason is not null && (body.Status is not null || !MovesMoney(body)) ? body.Reason
        : body.Status is { } to && to != before.Status ? null
        : before.StatusReason;

    private static bool MovesMoney(UpdateOwnerRequest body) =>
        body.Credit is not null || body.Budget.IsGiven || body.Plan.IsGiven;

    private static PurseTerms? CreditTerms(bool isCredit) => isCredit ? new PurseTerms(PurseKind.Credit) : null;

    /// <summary>Of an amount without fault.</summary>
    private static long? NanoOf(string? amount) => amount is not null && Nano.TryParse(amount, out var nano) ? nano : null;

    private Task WriteAsync(ManagementCall call, Versioned<OwnerRecord> owner, int status = StatusCodes.Status200OK)
    {
        call.Request.HttpContext.Response.Headers.ETag = owner.ETag;
        return call.WriteAsync(OwnerDocument.Of(owner.Value, Mode), ManagementJson.Default.OwnerDocument, status);
    }

    private HubError? CheckTerms(OwnerKind kind, BudgetDocument? budget, bool? credit, bool? captureContent) =>
        captureContent is not null && kind != OwnerKind.Account
            ? Problem.BadRequest("'captureContent' is of accounts alone.", "captureContent")
        : credit is not null && !(kind == OwnerKind.Account && Mode == HubMode.Provider)
            ? Problem.BadRequest("'credit' is of accounts in Provider mode alone; here they have budgets.", "credit")
        : budget is not null && Mode == HubMode.Provider
            ? Problem.BadRequest(
                "In Provider mode an account spends its credit and has no budget. Give its keys budgets, or grant it less.", "budget")
        : BudgetDocument.Check(budget);

    private HubError? CheckLowBalance(OwnerKind kind, bool isGiven, string? lowBalance) =>
        !isGiven ? null
        : !(kind == OwnerKind.Account && Mode == HubMode.Provider)
            ? Problem.BadRequest("'lowBalance' is of accounts in Provider mode alone; budgets have 'alerts'.", "lowBalance")
        : lowBalance is null ? null
        : !Nano.TryParse(lowBalance, out var least) || least > SyncCommand.AmountMax
            ? Problem.BadRequest(
                "'lowBalance' is a decimal text of whole credits with at most 9 decimals, such as \"5.00\", "
                + $"up to {Nano.ToDecimalString(SyncCommand.AmountMax)}.", "lowBalance")
        : null;

    private HubError? CheckPlan(OwnerKind kind, bool isGiven) => !isGiven || (kind == OwnerKind.Account && Mode == HubMode.Provider)
        ? null
        : Problem.BadRequest("'plan' is of accounts in Provider mode alone.", "plan");

    /// <summary>One that is not sold can be given, too.</summary>
    private async Task<HubError?> CheckPlanAsync(string? plan, CancellationToken cancellationToken) =>
        plan is null || await configuration.Plans.GetAsync(plan, cancellationToken) is not null
            ? null
            : Problem.BadRequest("There is no plan with this id: see GET /api/admin/plans.", "plan", "plan_not_found");

    private static HubError? CheckStatus(OwnerRecord before, UpdateOwnerRequest body) =>
        before.Status == OwnerStatus.Deleted
            ? Deleted(before.Kind)
        : body.Status == OwnerStatus.Deleted
            ? Problem.BadRequest("'status' takes active, suspended and closed; what is closed is deleted with DELETE.", "status")
        : body.Status is OwnerStatus.Suspended or OwnerStatus.Closed && before is { Kind: OwnerKind.Account, Id: HubAccounts.FirstId }
            ? new HubError(
                409, "first_account", Blame.Caller, "The first account stays active: the administrator's key belongs to it.", "status")
        : null;

    private static HubError? CheckId(string id) => OwnerRecord.IsId(id)
        ? null
        : Problem.BadRequest(
            "'id' must have 1 to 64 lower-case letters, digits, '-', '_' and '.', the first one a letter or digit.", "id");

    private static HubError? Check(OwnerRecord owner) =>
        owner.Name.Length is 0 or > NameCharsMax || owner.Name.Any(char.IsControl)
            ? Problem.BadRequest($"'name' must have 1 to {NameCharsMax} characters, none of them control characters.", "name")
        : owner.Email is { } email && !OwnerRecord.IsEmail(email)
            ? Problem.BadRequest($"'email' must be an e-mail address of at most {OwnerRecord.EmailCharactersMax} characters.", "email")
        : null;

    private static HubError Deleted(OwnerKind kind) => kind switch
    {
        OwnerKind.Account => new HubError(409, "account_deleted", Blame.Caller, KeptForHistory),
        OwnerKind.Team => new HubError(409, "team_deleted", Blame.Caller, KeptForHistory),
        _ => new HubError(409, "project_deleted", Blame.Caller, KeptForHistory),
    };

    private static HubError NotFound(OwnerKind kind) =>
        Problem.NotFound($"There is no {Word(kind)} with this id.", $"{Word(kind)}_not_found");

    private static string Word(OwnerKind kind) => kind.ToString().ToLowerInvariant();
}
