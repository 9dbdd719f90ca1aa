using System.Text.Json;
using AigneHub.Core.Pricing;
using AigneHub.Core.Routing;
using AigneHub.Providers.Reading;
using AigneHub.Providers.Tokenizers;

namespace AigneHub.Providers.Cohere;

/// <summary>
/// Reranking, versions 1 and 2 (<see href="https://docs.cohere.com/reference/rerank"/>), and those who serve the same shape: Bedrock
/// without <c>meta</c>, Jina with <c>usage.total_tokens</c> (<see href="https://jina.ai/reranker/"/>).
/// </summary>
internal sealed class RerankReader(ModelApi api) : IAnswerReader
{
    /// <summary>A search unit is a query with up to this many documents (<see href="https://cohere.com/pricing"/>).</summary>
    private const int DocumentsPerSearch = 100;

    /// <summary>
    /// Longer documents, the query included, count as several.
    /// </summary>
    private const int TokensPerDocument = 500;

    /// <summary>A token has about four bytes, and one at least.</summary>
    private const int BytesPerToken = 4;

    public ModelApi Api => api;

    public IStreamTap? NewTap(UsageQuirks quirks, int textBytesMax) => null;

    public AnswerReading Read(ReadOnlySpan<byte> body, UsageQuirks quirks)
    {
        try
        {
            return ReadDocument(body);
        }
        catch (JsonException)
        {
            return default;
        }
    }

    public long CountDelivered(ReadOnlySpan<byte> body, TokenCounter counter) => 0;

    public long CountPrompt(ReadOnlySpan<byte> request, TokenCounter counter) => PromptCount.Of(
        request, counter, isChat: false, static (PromptCount count, ref Utf8JsonReader reader, ReadOnlySpan<byte> json) =>
        {
            if (JsonScan.TextIs(ref reader, "query"u8) || JsonScan.TextIs(ref reader, "documents"u8))
            {
                count.AddInput(ref reader);
            }
            else
            {
                reader.Skip();
            }
        });

    public bool Fits(in TokenUsage usage, ModelRates? rates) => rates is null || (usage.Searches is null
        ? rates[UnitKind.Search] is null || rates[UnitKind.Input] is not null
        : rates[UnitKind.Search] is not null || rates[UnitKind.Input] is null);

    /// <summary>By the search, unless the model's price knows of tokens only.</summary>
    public TokenUsage Estimate(in UnreportedCall call, TokenCounter counter) =>
        call.Rates is null || call.Rates[UnitKind.Search] is not null
            ? new TokenUsage
            {
                Input = 0,
                Output = 0,
                Searches = SearchesOf(call.Request, TokensPerDocument * (call.AtMost ? 1 : BytesPerToken)),
            }
            : new TokenUsage { Input = CountPrompt(call.Request, counter), Output = 0 };

    private static long SearchesOf(ReadOnlySpan<byte> request, int bytesPerDocument)
    {
        var query = QueryBytesOf(request);
        var reader = new Utf8JsonReader(request);
        reader.Read();
        long documents = 0;
        long extra = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isDocuments = JsonScan.TextIs(ref reader, "documents"u8);
            reader.Read();
            if (!isDocuments || reader.TokenType != JsonTokenType.StartArray)
            {
                reader.Skip();
                continue;
            }

            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                var start = reader.TokenStartIndex;
                reader.Skip();
                documents++;
                extra += (query + reader.BytesConsumed - start) / bytesPerDocument;
            }
        }

        return Math.Max(1, (documents + extra + DocumentsPerSearch - 1) / DocumentsPerSearch);
    }

    private static long QueryBytesOf(ReadOnlySpan<byte> request)
    {
        var reader = new Utf8JsonReader(request);
        reader.Read();
        long query = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (JsonScan.TextIs(ref reader, "query"u8))
            {
                query = JsonScan.Value(ref reader, request).Length;
            }
            else
            {
                reader.Skip();
            }
        }

        return query;
    }

    private static AnswerReading ReadDocument(ReadOnlySpan<byte> body)
    {
        var hasResults = false;
        TokenUsage? searches = null;
        TokenUsage? tokens = null;
        var reader = new Utf8JsonReader(body);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return new AnswerReading(false, null, VendorError.TryRead(body));
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (JsonScan.TextIs(ref reader, "results"u8))
            {
                reader.Read();
                hasResults = reader.TokenType == JsonTokenType.StartArray;
                reader.Skip();
            }
            else if (JsonScan.TextIs(ref reader, "meta"u8))
            {
                searches = CountOf(JsonScan.Value(ref reader, body), "search_units"u8) is { } units
                    ? new TokenUsage { Input = 0, Output = 0, Searches = units }
                    : searches;
            }
            else if (JsonScan.TextIs(ref reader, "usage"u8))
            {
                tokens = CountOf(JsonScan.Value(ref reader, body), "total_tokens"u8) is { } total
                    ? new TokenUsage { Input = total, Output = 0 }
                    : tokens;
            }
            else
            {
                reader.Skip();
            }
        }

        reader.Read(); // Throws when something follows the object.
        return new AnswerReading(hasResults, searches ?? tokens, hasResults ? null : VendorError.TryRead(body));
    }

    /// <summary>The count of this name, wherever it stands in a value.</summary>
    private static long? CountOf(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name)
    {
        var reader = new Utf8JsonReader(json);
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName && JsonScan.TextIs(ref reader, name))
            {
                return VendorCount.Read(ref reader);
            }
        }

        return null;
    }
}
