using System.Text;
using AigneHub.Gateway.Fronts.OpenAi;
using BenchmarkDotNet.Attributes;

namespace AigneHub.Bench.Micro;

/// <summary>Reading the head of a request, and the edit of its raw JSON.</summary>
[MemoryDiagnoser]
public class RequestBenchmarks
{
    private byte[] _body = [];
    private ChatRequestHead _head = null!;

    /// <summary>Size of the request in bytes, about.</summary>
    [Params(200, 20_000)]
    public int Bytes { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        var turns = string.Join(',', Enumerable.Repeat("""{"role":"user","content":"What is the sea made of, please?"}""", Math.Max(1, Bytes / 64)));
        _body = Encoding.UTF8.GetBytes($$"""{"model":"openai/gpt-4o","stream":true,"temperature":0.2,"messages":[{{turns}}]}""");
        _head = ChatRequestParser.Parse(_body).Head!;
    }

    [Benchmark]
    public object Head() => ChatRequestParser.Parse(_body).Head!;

    [Benchmark]
    public object Edit() => ChatRequestEdit.Apply(_body, _head, "gpt-4o", takesStreamOptions: true);
}
