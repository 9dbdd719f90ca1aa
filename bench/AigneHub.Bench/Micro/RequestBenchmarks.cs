using System.Text;
using AigneHub.Core.Routing;
using AigneHub.Gateway.Fronts;
using BenchmarkDotNet.Attributes;

namespace AigneHub.Bench.Micro;

/// <summary>Reading the head of a request, and the edit of its raw JSON.</summary>
[MemoryDiagnoser]
public class RequestBenchmarks
{
    private byte[] _body = [];
    private RequestHead _head = null!;

    /// <summary>Size of the request in bytes, about.</summary>
    [Params(200, 20_000)]
    public int Bytes { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        var turns = string.Join(',', Enumerable.Repeat("""{"role":"user","content":"What is the sea made of, please?"}""", Math.Max(1, Bytes / 64)));
        _body = Encoding.UTF8.GetBytes($$"""{"model":"openai/gpt-4o","stream":true,"temperature":0.2,"messages":[{{turns}}]}""");
        _head = RequestHeadParser.Parse(_body, HeadShape.Chat).Head!;
    }

    [Benchmark]
    public object Head() => RequestHeadParser.Parse(_body, HeadShape.Chat).Head!;

    [Benchmark]
    public object Edit() => RequestEdit.Apply(_body, _head, HeadShape.Chat, Dialect.OpenAi, "gpt-4o", takesStreamOptions: true);
}
