using System.Collections.Frozen;
using AigneHub.Core.Routing;
using AigneHub.Providers.OpenAi;

namespace AigneHub.Providers;

/// <summary>The reader of each API.</summary>
public static class AnswerReaders
{
    private static readonly FrozenDictionary<ModelApi, IAnswerReader> ByApi =
        new IAnswerReader[] { ChatReader.Instance }.ToFrozenDictionary(reader => reader.Api);

    public static IAnswerReader For(ModelApi api) => ByApi[api];
}
