using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AigneHub.Infra.Tests.Compiler;

/// <summary>
/// The Bicep compiler as one process for all tests, over JSON-RPC 2.0 with <c>Content-Length</c> headers on its standard
/// streams; starting it for each question would take seconds each time. Not for parallel use.
/// </summary>
/// <seealso href="https://github.com/Azure/bicep/blob/main/src/Bicep.RpcClient/README.md"/>
public sealed class BicepCompiler : IDisposable
{
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromMinutes(3);
    private readonly Process _process;
    private readonly string _folder = Directory.CreateTempSubdirectory("aignehub-bicep").FullName;
    private readonly Dictionary<string, Snapshot> _snapshots = [];
    private int _lastId;

    public BicepCompiler()
    {
        var start = new ProcessStartInfo(Path, ["jsonrpc", "--stdio"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("HOME")))
        {
            // Where the single file unpacks itself to.
            start.Environment["DOTNET_BUNDLE_EXTRACT_BASE_DIR"] = _folder;
        }

        _process = Process.Start(start)!;
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginErrorReadLine();
    }

    public static string Path { get; } = typeof(BicepCompiler).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == "BicepPath").Value!;

    /// <summary>What the template would make with these parameters.</summary>
    /// <exception cref="BicepException">The compiler refuses: a parameter's value, or a guard of the template.</exception>
    public Snapshot SnapshotOf(IReadOnlyDictionary<string, object> parameters)
    {
        var lines = parameters.OrderBy(parameter => parameter.Key, StringComparer.Ordinal)
            .Select(parameter => $"param {parameter.Key} = {Literal(parameter.Value)}");
        var template = System.IO.Path.GetRelativePath(_folder, Repository.PathOf("infra/main.bicep")).Replace('\\', '/');
        var text = string.Join('\n', lines.Prepend($"using '{template}'"));
        if (_snapshots.TryGetValue(text, out var known))
        {
            return known;
        }

        var path = System.IO.Path.Combine(_folder, $"{_snapshots.Count + _lastId}.bicepparam");
        File.WriteAllText(path, text);
        JsonElement answer;
        try
        {
            answer = Call("bicep/getSnapshot", new JsonObject
            {
                ["path"] = path,
                // Without a deployment name: outputs of modules stay expressions, as their values are only known to Azure.
                ["metadata"] = new JsonObject
                {
                    ["tenantId"] = "00000000-0000-0000-0000-000000000002",
                    ["subscriptionId"] = "00000000-0000-0000-0000-000000000001",
                    ["resourceGroup"] = null,
                    ["location"] = "swedencentral",
                },
                ["externalInputs"] = new JsonArray(),
            });
        }
        catch (BicepException e) when (Reasons(path, text) is { Length: > 0 } reasons)
        {
            throw new BicepException($"{e.Message}: {reasons}");
        }

        using var document = JsonDocument.Parse(answer.GetProperty("snapshot").GetString()!);
        var snapshot = Snapshot.Of(document.RootElement);
        _snapshots.Add(text, snapshot);
        return snapshot;
    }

    /// <summary>Errors, warnings and whatever else the compiler and its linter say.</summary>
    public IReadOnlyList<string> Diagnose(string path) =>
    [
        .. Call("bicep/compile", new JsonObject { ["path"] = path }).GetProperty("diagnostics").EnumerateArray()
            .Select(diagnostic => diagnostic.ToString()),
    ];

    /// <summary>What the compiler says about parameters, each after the line that it is about.</summary>
    private string Reasons(string path, string text) => string.Join(
        '\n',
        Call("bicep/compile", new JsonObject { ["path"] = path }).GetProperty("diagnostics").EnumerateArray().Select(diagnostic =>
        {
            var line = diagnostic.GetProperty("range").GetProperty("start").GetProperty("line").GetInt32();
            return $"{text.Split('\n')[line]}: {diagnostic.GetProperty("message").GetString()}";
        }));

    /// <summary>The names of the template's parameters.</summary>
    public IReadOnlyList<string> Parameters(string path) =>
    [
        .. Call("bicep/getMetadata", new JsonObject { ["path"] = path }).GetProperty("parameters").EnumerateArray()
            .Select(parameter => parameter.GetProperty("name").GetString()!),
    ];

    /// <summary>The file as the compiler would write it.</summary>
    public string Format(string path) =>
        Call("bicep/format", new JsonObject { ["path"] = path }).GetProperty("contents").GetString()!;

    public void Dispose()
    {
        _process.Kill();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static string Literal(object value) => value switch
    {
        bool flag => flag ? "true" : "false",
        int number => number.ToString(CultureInfo.InvariantCulture),
        IReadOnlyDictionary<string, string> map => $"{{ {string.Join(", ", map.Select(pair => $"'{pair.Key}': '{pair.Value}'"))} }}",
        _ => $"'{value}'",
    };

    private JsonElement Call(string method, JsonObject parameters)
    {
        var request = new JsonObject
        {
            ["jsonrpc"] = "2.0",
            ["id"] = ++_lastId,
            ["method"] = method,
            ["params"] = parameters,
        };
        var body = Encoding.UTF8.GetBytes(request.ToJsonString());
        var input = _process.StandardInput.BaseStream;
        input.Write(Encoding.ASCII.GetBytes($"Content-Length: {body.Length}\r\n\r\n"));
        input.Write(body);
        input.Flush();

        using var late = new CancellationTokenSource(AnswerTimeout);
        using var kill = late.Token.Register(() => _process.Kill());
        using var answer = JsonDocument.Parse(ReadBody());
        if (answer.RootElement.TryGetProperty("error", out var error))
        {
            throw new BicepException(error.GetProperty("message").GetString()!);
        }

        return answer.RootElement.GetProperty("result").Clone();
    }

    private byte[] ReadBody()
    {
        const string LengthHeader = "Content-Length: ";
        var length = 0;
        for (var header = ReadHeader(); header.Length > 0; header = ReadHeader())
        {
            if (header.StartsWith(LengthHeader, StringComparison.OrdinalIgnoreCase))
            {
                length = int.Parse(header[LengthHeader.Length..], CultureInfo.InvariantCulture);
            }
        }

        var body = new byte[length];
        _process.StandardOutput.BaseStream.ReadExactly(body);
        return body;
    }

    private string ReadHeader()
    {
        var header = new StringBuilder();
        while (true)
        {
            switch (_process.StandardOutput.BaseStream.ReadByte())
            {
                case -1:
                    throw new BicepException("The compiler has ended.");
                case '\r':
                    break;
                case '\n':
                    return header.ToString();
                case var character:
                    header.Append((char)character);
                    break;
            }
        }
    }
}
