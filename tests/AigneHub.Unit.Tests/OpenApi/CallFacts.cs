using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using AigneHub.Core;
using AigneHub.Gateway.Management;

namespace AigneHub.Unit.Tests.OpenApi;

/// <summary>
/// What a management call takes and answers, read out of the compiled code that its function can reach: bodies are the types of
/// <see cref="ManagementRequest"/>'s reads and writes, errors the constants of <see cref="HubError"/>s, query parameters the reads of
/// <see cref="Query"/>. So there is no second list of them that could differ.
/// </summary>
internal sealed partial class CallFacts
{
    private static readonly Assembly Gateway = typeof(ManagementHandler).Assembly;
    private static readonly Type[] Closed =
        [typeof(ManagementHandler), typeof(ManagementCall), typeof(ManagementRequest), typeof(Query), typeof(Problem)];
    private readonly HashSet<MethodBase> _seen = [];
    private readonly HashSet<string> _texts = [];
    private readonly Dictionary<string, QueryParameter> _query = [];
    private readonly HashSet<string> _notTaken = [];
    private readonly HashSet<int> _numbers = [];
    private bool _ifMatchIsNeeded;

    private CallFacts(MethodInfo function) => Walk(function);

    /// <summary>The body's types; none when it takes none.</summary>
    public HashSet<Type> Reads { get; } = [];

    /// <summary>The answer's types; none when it has none, or one that isn't made of a document.</summary>
    public HashSet<Type> Writes { get; } = [];

    /// <summary>Codes by status.</summary>
    public SortedDictionary<int, SortedSet<string>> Errors { get; } = [];

    /// <summary>Takes a body in a form of its own.</summary>
    public bool ReadsBytes { get; private set; }

    public bool HasETag { get; private set; }
    public bool TakesIfMatch { get; private set; }

    /// <summary>In some of its cases at least.</summary>
    public bool NeedsIfMatch => TakesIfMatch && _ifMatchIsNeeded;
    public bool TakesIdempotencyKey => _texts.Contains("Idempotency-Key");
    public IEnumerable<QueryParameter> Query => _query.Values
        .Where(one => _texts.Contains(one.Name) && !_notTaken.Contains(one.Name)).OrderBy(one => one.Name, StringComparer.Ordinal);

    /// <summary>Of success.</summary>
    public IEnumerable<int> Statuses
    {
        get
        {
            var others = _numbers.Where(number => number is 201 or 202 or 204).Order().ToList();
            return Writes.Count > 0 && (others.Count == 0 || _numbers.Contains(200)) || others.Count == 0 ? others.Prepend(200) : others;
        }
    }

    public static CallFacts Of(MethodInfo function) => new(function);

    private void Walk(MethodBase method)
    {
        if (!_seen.Add(method))
        {
            return;
        }

        // Errors that are always the same are made once, with their type.
        if (method.DeclaringType is { TypeInitializer: { } initializer } type
            && type.GetFields(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public).Any(field => field.FieldType == typeof(HubError)))
        {
            Walk(initializer);
        }

        if (method.GetCustomAttribute<StateMachineAttribute>() is { StateMachineType: var machine })
        {
            var closed = machine.IsGenericTypeDefinition
                ? machine.MakeGenericType([.. method.DeclaringType!.GetGenericArguments(), .. method.GetGenericArguments()])
                : machine;
            Walk(closed.GetMethod("MoveNext", BindingFlags.Instance | BindingFlags.NonPublic)!);
        }

        var code = Instruction.Of(method);
        var namesQuery = code.Any(one => one.Method is { } called && (called.DeclaringType == typeof(Query) && called.IsConstructor
            || called.GetParameters().Any(parameter => parameter.ParameterType == typeof(ReadOnlySpan<string>))));
        for (var i = 0; i < code.Count; i++)
        {
            if (code[i].Text is { } text && (namesQuery || text == "Idempotency-Key"))
            {
                _texts.Add(text);
            }
            else if (code[i].Number is { } number)
            {
                _numbers.Add(number);
                if (number is >= 400 and < 600 && i + 1 < code.Count && code[i + 1].Text is { } errorCode)
                {
                    AddError(number, errorCode);
                }
            }
            else if (code[i].Method is { } called)
            {
                Look(called, code, i);
                if (IsOfCalls(called))
                {
                    Walk(called);
                }
            }
        }
    }

    /// <summary>The gateway's own code, and what the domain refuses by itself.</summary>
    private static bool IsOfCalls(MethodBase called) =>
        called.DeclaringType is { } type && !Closed.Contains(type)
        && (type.Assembly == Gateway
            || type.Assembly == typeof(HubError).Assembly && called is MethodInfo { ReturnType: var answer }
                && (answer == typeof(HubError) || answer == typeof(Task<HubError>)));

    private void Look(MethodBase called, IReadOnlyList<Instruction> code, int at)
    {
        var last = at > 0 ? code[at - 1] : default;
        switch (called.DeclaringType?.Name, called.Name)
        {
            case (nameof(ManagementRequest), "ReadAsync"):
                Reads.Add(called.GetGenericArguments()[0]);
                break;
            case (nameof(ManagementRequest), "WriteAsync"):
                Writes.Add(called.GetGenericArguments()[0]);
                break;
            case (nameof(ManagementRequest), "ReadBytesAsync"):
                ReadsBytes = true;
                break;
            case (nameof(Problem), nameof(Problem.BadRequest)) when last.Text is { } text:
                AddError(400, text);
                break;
            case (nameof(Problem), nameof(Problem.NotFound)) when last.Text is { } text:
                AddError(404, text);
                break;
            case (nameof(Query), "Text" or "Limit" or "Flag" or "Time" or "Word"):
                AddQuery(called, code, at);
                break;
            case (nameof(ConfigurationCalls), nameof(ConfigurationCalls.Page)) when last.Number == 0:
                _notTaken.Add("provider");
                break;
            case (nameof(ConfigurationCalls), nameof(ConfigurationCalls.CheckIfMatch)):
                _ifMatchIsNeeded |= last.Number != 0;
                break;
            case (_, "set_ETag"):
                HasETag = true;
                break;
            case (_, "get_IfMatch"):
                TakesIfMatch = true;
                break;
        }
    }

    public void AddError(int status, string code)
    {
        if (!ErrorCode().IsMatch(code))
        {
            return;
        }

        if (!Errors.TryGetValue(status, out var codes))
        {
            Errors[status] = codes = new SortedSet<string>(StringComparer.Ordinal);
        }

        codes.Add(code);
    }

    private void AddQuery(MethodBase called, IReadOnlyList<Instruction> code, int at)
    {
        // The other words of a parameter come between its name and the call.
        var name = code.Take(at).Reverse().Select(one => one.Text).FirstOrDefault(
            text => text is not null && (called.Name != "Word" || text is not ("all" or "csv")));
        if (name is null)
        {
            return;
        }

        string[] words = called.Name == "Word"
            ? [.. Enum.GetNames(called.GetGenericArguments()[0]).Select(JsonNamingPolicy.CamelCase.ConvertName)]
            : [];
        var isLimit = called.Name == "Limit";
        _query.TryAdd(name, new QueryParameter(
            name, called.Name, words, isLimit ? code[at - 2].Number : called.Name == "Flag" ? code[at - 1].Number : null,
            isLimit ? code[at - 1].Number : null));
    }

    [GeneratedRegex("^[a-z]+(_[a-z0-9]+)*$")]
    private static partial Regex ErrorCode();
}
