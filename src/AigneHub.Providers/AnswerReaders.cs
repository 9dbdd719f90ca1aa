using System.Collections.Frozen;
using AigneHub.Core.Routing;
using AigneHub.Providers.Aigne;
using AigneHub.Providers.Anthropic;
using AigneHub.Providers.Bedrock;
using AigneHub.Providers.Cohere;
using AigneHub.Providers.Gemini;
using AigneHub.Providers.Ideogram;
using AigneHub.Providers.OpenAi;
using AigneHub.Providers.Reading;

namespace AigneHub.Providers;

/// <summary>The reader of each API.</summary>
public static class AnswerReaders
{
    private static readonly FrozenDictionary<ModelApi, IAnswerReader> ByApi =
        new IAnswerReader[]
        {
            ChatReader.Instance, new ResponsesReader(), new CompletionsReader(), new EmbeddingsReader(),
            FreeReader.OpenAiModerations,
            new MessagesReader(), FreeReader.AnthropicCountTokens,
            new GenerateContentReader(), FreeReader.GeminiCountTokens, EmbedContentReader.One, EmbedContentReader.Batch,
            new ConverseReader(), new CohereReader(), AigneReader.Chat, AigneReader.Completions,
            ImagesReader.Generations, ImagesReader.Edits, new ImagenReader(), new IdeogramReader(),
            FreeReader.OpenAiVideos, FreeReader.GoogleVeo,
            new TranscriptionReader(ModelApi.OpenAiTranscriptions), new TranscriptionReader(ModelApi.OpenAiTranslations),
            new SpeechReader(),
            new RerankReader(ModelApi.CohereRerankV1), new RerankReader(ModelApi.CohereRerank),
        }.ToFrozenDictionary(reader => reader.Api);

    public static IAnswerReader For(ModelApi api) => ByApi[api];
}
