using System.Text;
using AigneHub.Providers;
using AigneHub.Providers.OpenAi;
using AigneHub.Wire.Sse;
using BenchmarkDotNet.Attributes;

namespace AigneHub.Bench.Micro;

/// <summary>What the hub does with each event of a stream that it passes on.</summary>
[MemoryDiagnoser]
public class TapBenchmarks : IDisposable
{
    private static readonly byte[] Event = Encoding.UTF8.GetBytes(
        """data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"gpt-4o-2024-08-06","system_fingerprint":"fp_1","choices":[{"index":0,"delta":{"content":" word"},"logprobs":null,"finish_reason":null}]}""" + "\n\n");

    private static readonly byte[] Usage = Encoding.UTF8.GetBytes(
        """data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"gpt-4o-2024-08-06","choices":[],"usage":{"prompt_tokens":20,"completion_tokens":20,"total_tokens":40,"prompt_tokens_details":{"cached_tokens":10}}}""" + "\n\n");

    // Text that is kept is bounded: with the bound reached at once, a run of millions of events stays in one state.
    private readonly ChatStreamTap _tap = new(UsageQuirks.None, textBytesMax: 0);
    private readonly SseEventSplitter _splitter = new(1024 * 1024);

    [Benchmark]
    public StreamEventKind Content() => _tap.Read(Event);

    [Benchmark]
    public StreamEventKind UsageChunk() => _tap.Read(Usage);

    [Benchmark]
    public int Split()
    {
        _splitter.Feed(Event);
        var bytes = 0;
        while (_splitter.TryNext(out var sseEvent))
        {
            bytes += sseEvent.Length;
        }

        return bytes;
    }

    public void Dispose()
    {
        _tap.Dispose();
        _splitter.Dispose();
        GC.SuppressFinalize(this);
    }
}
