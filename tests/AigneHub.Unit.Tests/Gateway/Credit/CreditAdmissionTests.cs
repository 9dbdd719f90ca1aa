using System.Text;
using AigneHub.Core;
using AigneHub.Core.Accounts;
using AigneHub.Core.Leases;
using AigneHub.Core.Ledger;
using AigneHub.Core.Notices;
using AigneHub.Core.Pricing;
using AigneHub.Core.Routing;
using AigneHub.Core.Usage;
using AigneHub.Gateway;
using AigneHub.Gateway.Authentication;
using AigneHub.Gateway.Bodies;
using AigneHub.Gateway.Credit;
using AigneHub.Gateway.Fronts;
using AigneHub.Providers.Tokenizers;
using AigneHub.Testing;
using AigneHub.Unit.Tests.Routing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace AigneHub.Unit.Tests.Gateway.Credit;

/// <summary>What calls hold, by hand-computed prices: 1 nano for each unit, 3 for an answer's token.</summary>
public sealed class CreditAdmissionTests : IUsageSink, IHubSnapshots
{
    private static readonly PurseId Purse = PurseId.OfAccount("a");

    private static readonly ModelRates Rates = new(new Dictionary<UnitKind, Rate>
    {
        [UnitKind.Input] = Rate.Flat(PriceLine.UnitsPerRate / 2),
        [UnitKind.CacheWrite5m] = Rate.Flat(PriceLine.UnitsPerRate),
        [UnitKind.Output] = Rate.Flat(2 * PriceLine.UnitsPerRate),
        [UnitKind.Reasoning] = Rate.Flat(3 * PriceLine.UnitsPerRate),
    });

    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 23, 12, 30, 0, TimeSpan.Zero));
    private readonly MemoryLedger _ledger;
    private readonly List<(UsageEvent Usage, PurseSet Purses)> _recorded = [];
    private readonly IncidentLog _incidents = new();
    private int _reads;

    public CreditAdmissionTests() => _ledger = new MemoryLedger(_clock);

    public HubSnapshot Current { get; } = new(HubMode.Enterprise, [], []);

    public bool IsLoaded => true;

    public bool Accepting => true;

    void IUsageSink.Record(UsageEvent usage, PurseSet purses) => _recorded.Add((usage, purses));

    [Theory]
    [InlineData(1_000_000, "Hi", 100, null)]
    [InlineData(1_000_000, "Hi", null, 32_768)]
    public async Task Reserve_Text_HoldsEveryByteAndTheWholeAnswer(long credit, string text, int? named, int? written)
    {
        var exchange = await NewExchangeAsync(ModelFront.OpenAiChat, Chat(text, named), Rates);
        Assert.Null(await (await NewAsync(credit)).ReserveAsync(exchange, default));
        Assert.Equal(exchange.Body.Bytes.Length + 256 + (3L * (named ?? written!.Value)), exchange.Reservation!.Hold);
        Assert.Equal(named ?? written, exchange.OutputTokens);
    }

    [Fact]
    public async Task Reserve_LongTextForLittleCredit_IsCountedAndTheAnswerShortened()
    {
        // 20,000 bytes are 4,000 tokens: by bytes alone it could not be paid.
        var text = string.Concat(Enumerable.Repeat("word ", 4_000));
        var exchange = await NewExchangeAsync(ModelFront.OpenAiChat, Chat(text, null), Rates);
        Assert.Null(await (await NewAsync(10_000)).ReserveAsync(exchange, default));
        Assert.InRange(exchange.Reservation!.Hold, 9_990, 10_000);
        Assert.InRange(exchange.OutputTokens!.Value, 1_100, 1_300);
    }

    [Theory]
    [InlineData(5_000, null, 0)]
    [InlineData(20_000, 10_000, 4_500)]
    public async Task Reserve_TooLittle_SaysHowLongAnAnswerCouldBe(long credit, int? named, long least)
    {
        var text = string.Concat(Enumerable.Repeat("word ", 4_000));
        var exchange = await NewExchangeAsync(ModelFront.OpenAiChat, Chat(text, named), Rates);
        var error = (await (await NewAsync(credit)).ReserveAsync(exchange, default))!;
        Assert.Equal((402, "insufficient_credits", "account:a"), (error.Status, error.Code, error.Shortage!.Purse));
        Assert.InRange(error.Shortage.AffordableTokens!.Value, least, least * 11 / 10);
        Assert.Null(exchange.Reservation);
    }

    [Theory]
    [InlineData("""{"model":"m","input":"Hi","previous_response_id":"resp_1","max_output_tokens":10}""", 128_000 + 30)]
    [InlineData("""{"model":"m","input":"Hi","conversation":"conv_1","max_output_tokens":10}""", 128_000 + 30)]
    [InlineData("""{"model":"m","input":[{"type":"input_file","file_id":"file-1"}],"max_output_tokens":10}""", 128_000 + 30)]
    public async Task Reserve_WhatIsKeptElsewhere_HoldsTheWholeWindow(string body, long hold)
    {
        var exchange = await NewExchangeAsync(ModelFront.OpenAiResponses, body, Rates);
        Assert.Null(await (await NewAsync(10_000_000)).ReserveAsync(exchange, default));
        Assert.Equal(hold, exchange.Reservation!.Hold);
    }

    [Theory]
    [InlineData("""{"model":"m","max_tokens":10,"messages":[{"role":"user","content":[{"type":"document","source":{"type":"url","url":"https://a/b.pdf"}}]}]}""")]
    [InlineData("""{"model":"m","max_tokens":10,"messages":[{"role":"user","content":[{"type":"\u0064ocument","source":{"type":"base64","data":"AA=="}}]}]}""")]
    [InlineData("""{"model":"m","max_tokens":10,"messages":[{"role":"user","content":[{"type":"image","source":{"type":"file","\u0066ile_id":"f"}}]}]}""")]
    public async Task Reserve_Documents_HoldTheWholeWindow(string body)
    {
        var exchange = await NewExchangeAsync(ModelFront.AnthropicMessages, body, Rates);
        Assert.Null(await (await NewAsync(10_000_000)).ReserveAsync(exchange, default));
        Assert.Equal(128_000 + 30, exchange.Reservation!.Hold);
    }

    [Fact]
    public async Task Reserve_AToolWithAFilesParameter_HoldsItsText()
    {
        const string Body = """{"model":"m","max_tokens":1,"messages":[{"role":"user","content":"Hi"}],"tools":[{"name":"t","input_schema":{"type":"object","properties":{"file_id":{"type":"string"},"document":{"type":"string"}}}}]}""";
        var exchange = await NewExchangeAsync(ModelFront.AnthropicMessages, Body, Rates);
        Assert.Null(await (await NewAsync(10_000_000)).ReserveAsync(exchange, default));
        Assert.Equal(Body.Length + 512 + 256 + 3, exchange.Reservation!.Hold);
    }

    [Fact]
    public async Task Reserve_PicturesByAddress_HoldWhatTheyMayBe()
    {
        const string Body = """{"model":"m","max_tokens":1,"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://a/b"}}]}]}""";
        var exchange = await NewExchangeAsync(ModelFront.OpenAiChat, Body, Rates);
        Assert.Null(await (await NewAsync(10_000_000)).ReserveAsync(exchange, default));
        Assert.InRange(exchange.Reservation!.Hold, 5_000, 11_000);
    }

    [Theory]
    [InlineData("openai/m", 128_000, 10_140 + 256 + 3)]
    [InlineData("gpt-4o-mini-2024-07-18", 128_000, 48_169 + 140 + 256 + 3)]
    [InlineData("gpt-4o-mini", 100, 48_169 + 100 + 3)]
    public async Task Reserve_APicture_HoldsWhatItsModelMakesOfIt(string model, int window, long hold)
    {
        const string Body = """{"model":"m","max_tokens":1,"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://a/b","detail":"high"}}]}]}""";
        Assert.Equal(140, Body.Length);
        var exchange = await NewExchangeAsync(ModelFront.OpenAiChat, Body, Rates, Target(model, Rates, window));
        Assert.Null(await (await NewAsync(10_000_000)).ReserveAsync(exchange, default));
        Assert.Equal(hold, exchange.Reservation!.Hold);
    }

    /// <summary>360 to 720 KB for the credit of 5,000 tokens.</summary>
    [Theory]
    [InlineData("chat", """{"model":"m","max_tokens":10,"messages":[{"role":"user","content":"Hi"}],"functions":[{"name":"f","description":"BIG"}]}""")]
    [InlineData("chat", """{"model":"m","max_tokens":10,"messages":[{"role":"user","content":"Hi"}],"response_format":{"type":"json_schema","json_schema":{"description":"BIG"}}}""")]
    [InlineData("chat", """{"model":"m","max_tokens":10,"messages":[{"role":"assistant","reasoning_content":"BIG","content":"a"},{"role":"user","content":"Hi"}]}""")]
    [InlineData("messages", """{"model":"m","max_tokens":10,"messages":[{"role":"user","content":[{"type":"search_result","source":"BIG","title":"BIG","content":[{"type":"text","text":"x"}]}]}]}""")]
    [InlineData("messages", """{"model":"m","max_tokens":10,"messages":[{"role":"assistant","content":[{"type":"tool_use","id":"t","name":"t","input":{"source":{"data":"BIG"}}}]}]}""")]
    [InlineData("responses", """{"model":"m","max_output_tokens":10,"input":"Hi","text":{"format":{"type":"json_schema","schema":{"description":"BIG"}}}}""")]
    [InlineData("gemini", """{"contents":[{"parts":[{"text":"Hi"}]}],"generationConfig":{"maxOutputTokens":10,"responseSchema":{"description":"BIG"}}}""")]
    [InlineData("gemini", """{"contents":[{"parts":[{"inlineData":{"mimeType":"text/plain","data":"BIG"}},{"inlineData":{"mimeType":"image/png","data":"AA"}}]}],"generationConfig":{"maxOutputTokens":10}}""")]
    public async Task Reserve_TextAnywhereInTheRequest_IsCounted(string api, string body)
    {
        var big = string.Concat(Enumerable.Repeat("lorem ipsum dolor ", 20_000));
        var exchange = await NewExchangeAsync(FrontOf(api), body.Replace("BIG", big, StringComparison.Ordinal), Rates);
        var error = (await (await NewAsync(5_000)).ReserveAsync(exchange, default))!;
        Assert.Equal((402, "insufficient_credits"), (error.Status, error.Code));
    }

    [Theory]
    [InlineData("chat", """{"model":"m","max_tokens":10,"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,BIG"}}]}]}""")]
    [InlineData("responses", """{"model":"m","max_output_tokens":10,"input":[{"role":"user","content":[{"type":"input_image","image_url":"data:image/png;base64,BIG"}]}]}""")]
    [InlineData("messages", """{"model":"m","max_tokens":10,"messages":[{"role":"user","content":[{"type":"image","source":{"type":"base64","media_type":"image/png","data":"BIG"}}]}]}""")]
    [InlineData("gemini", """{"contents":[{"parts":[{"inline_data":{"mime_type":"image/png","data":"BIG"}}]}],"generationConfig":{"maxOutputTokens":10}}""")]
    public async Task Reserve_TheDataOfAPicture_IsNoText(string api, string body)
    {
        var exchange = await NewExchangeAsync(FrontOf(api), body.Replace("BIG", new string('A', 100_000), StringComparison.Ordinal), Rates);
        Assert.Null(await (await NewAsync(15_000)).ReserveAsync(exchange, default));
        Assert.InRange(exchange.Reservation!.Hold, 10_000, 11_000);
    }

    [Theory]
    [InlineData(' ')]
    [InlineData('-')]
    [InlineData('7')]
    [InlineData('\u0bb9')]
    public async Task Reserve_TextThatTokenizersDifferIn_HoldsATokenAByte(char letter)
    {
        var exchange = await NewExchangeAsync(ModelFront.OpenAiChat, Chat(new string(letter, 20_000), 10), Rates);
        Assert.Equal(402, (await (await NewAsync(19_000)).ReserveAsync(exchange, default))!.Status);
    }

    [Theory]
    [InlineData("responses", "openai", """{"model":"m","input":"Hi","max_output_tokens":10,"max_tool_calls":2,"tools":[{"type":"web_search"}]}""", 2, 2)]
    [InlineData("messages", "anthropic", """{"model":"m","max_tokens":10,"messages":[{"role":"user","content":"Hi"}],"tools":[{"type":"web_search_20250305","name":"web_search","max_uses":3}]}""", 3, 3)]
    [InlineData("messages", "anthropic", """{"model":"m","max_tokens":10,"messages":[{"role":"user","content":"Hi"}],"tools":[{"type":"web_fetch_20250910","name":"web_fetch","max_uses":1}]}""", 1, 0)]
    [InlineData("gemini", "google", """{"contents":[{"parts":[{"text":"Hi"}]}],"tools":[{"urlContext":{}}],"generationConfig":{"maxOutputTokens":10}}""", 1, 0)]
    public async Task Reserve_ToolsThatTheVendorRuns_HoldTheWindowForEachRun_AndTheSearches(
        string api, string vendor, string body, long runs, long searches)
    {
        var exchange = await NewExchangeAsync(FrontOf(api), body, Rates, Target("m", WithSearches, 128_000, vendor));
        Assert.Null(await (await NewAsync(10_000_000)).ReserveAsync(exchange, default));
        Assert.Equal(body.Length + 512 + 256 + 30 + (128_000 * runs) + (1_000 * searches), exchange.Reservation!.Hold);
    }

    [Theory]
    [InlineData("responses", "xai", "m", """{"model":"m","input":"Hi","max_tool_calls":2,"tools":[{"type":"web_search"}]}""", true)]
    [InlineData("responses", "openai", "m", """{"model":"m","input":"Hi","max_tool_calls":2,"tools":[{"type":"web_search"}]}""", false)]
    [InlineData("gemini", "google", "gemini-3-pro", """{"contents":[{"parts":[{"text":"Hi"}]}],"tools":[{"googleSearch":{}}]}""", true)]
    [InlineData("chat", "openai", "gpt-4o-search-preview", """{"model":"m","messages":[{"role":"user","content":"Hi"}]}""", false)]
    public async Task Reserve_SearchesWithoutPriceOrEnd_AreRefused(string api, string vendor, string model, string body, bool priced)
    {
        var exchange = await NewExchangeAsync(FrontOf(api), body, Rates, Target(model, priced ? WithSearches : Rates, 128_000, vendor));
        var error = (await (await NewAsync(10_000_000)).ReserveAsync(exchange, default))!;
        Assert.Equal((400, "unbounded_parameter"), (error.Status, error.Code));
    }

    [Theory]
    [InlineData("""{"model":"m","max_tokens":1,"messages":[{"role":"user","content":[{"type":"document","source":{"type":"url","url":"https://a/b.pdf"}}]}]}""", 2 * 1_048_576)]
    [InlineData("""{"model":"m","max_tokens":1,"messages":[{"role":"user","content":"BIG"}]}""", 2 * 300_000)]
    public async Task Reserve_AModelWithATierAboveItsWindow_IsNotBoundByIt(string body, long least)
    {
        var rates = new ModelRates(new Dictionary<UnitKind, Rate>
        {
            [UnitKind.Input] = new Rate(PriceLine.UnitsPerRate, [new RateTier(200_000, 2 * PriceLine.UnitsPerRate)]),
            [UnitKind.Output] = Rate.Flat(PriceLine.UnitsPerRate),
        });
        var exchange = await NewExchangeAsync(
            ModelFront.AnthropicMessages, body.Replace("BIG", new string('a', 300_000), StringComparison.Ordinal), rates, Target("m", rates, 200_000));
        Assert.Null(await (await NewAsync(10_000_000)).ReserveAsync(exchange, default));
        Assert.InRange(exchange.Reservation!.Hold, least, least + 1_000);
    }

    [Theory]
    [InlineData("""{"content":{"parts":[{"inlineData":{"mimeType":"video/mp4","data":"AAAA"}}]}}""", 128_000)]
    [InlineData("""{"content":{"parts":[{"text":"abc"}]}}""", 38 + 256)]
    public async Task Reserve_GeminisEmbeddings_HoldTheirPrompt(string body, long hold)
    {
        var exchange = await NewExchangeAsync(ModelFront.GeminiEmbedContent, body, Rates);
        Assert.Null(await (await NewAsync(10_000_000)).ReserveAsync(exchange, default));
        Assert.Equal(hold, exchange.Reservation?.Hold ?? 0);
    }

    [Fact]
    public async Task Reserve_DenseDocumentsToRank_HoldATokenAByte()
    {
        var rates = new ModelRates(new Dictionary<RateKey, long> { [new RateKey(UnitKind.Search)] = PriceLine.UnitsPerRate });
        var body = $$"""{"model":"m","query":"q","documents":["{{new string('7', 500_000)}}"]}""";
        var exchange = await NewExchangeAsync(ModelFront.CohereRerank, body, rates);
        Assert.Null(await (await NewAsync(10_000_000)).ReserveAsync(exchange, default));
        Assert.InRange(exchange.Reservation!.Hold, 10, 11);
    }

    [Theory]
    [InlineData("images", """{"model":"m","prompt":"A cat","n":4,"size":"1024x1024"}""", 400)]
    [InlineData("videos", """{"model":"m","prompt":"A cat","seconds":"8"}""", 80)]
    [InlineData("speech", """{"model":"m","input":"Größe"}""", 5)]
    [InlineData("rerank", """{"model":"m","query":"q","documents":["a","b"]}""", 7)]
    [InlineData("moderations", """{"model":"m","input":"a"}""", 0)]
    public async Task Reserve_OtherThanText_HoldsTheDearestOfWhatIsAskedFor(string kind, string body, long hold)
    {
        var front = kind switch
        {
            "images" => ModelFront.OpenAiImages,
            "videos" => ModelFront.OpenAiVideos,
            "speech" => ModelFront.OpenAiSpeech,
            "rerank" => ModelFront.CohereRerank,
            _ => ModelFront.OpenAiModerations,
        };
        var rates = new ModelRates(new Dictionary<RateKey, long>
        {
            [new RateKey(UnitKind.Image, "hd")] = 100 * PriceLine.UnitsPerRate,
            [new RateKey(UnitKind.Image, "standard")] = 10 * PriceLine.UnitsPerRate,
            [new RateKey(UnitKind.Second, "720p")] = 5 * PriceLine.UnitsPerRate,
            [new RateKey(UnitKind.Second, "1080p")] = 10 * PriceLine.UnitsPerRate,
            [new RateKey(UnitKind.Character)] = PriceLine.UnitsPerRate,
            [new RateKey(UnitKind.Search)] = 7 * PriceLine.UnitsPerRate,
        });
        var exchange = await NewExchangeAsync(front, body, rates);
        Assert.Null(await (await NewAsync(10_000_000)).ReserveAsync(exchange, default));
        Assert.Equal(hold, exchange.Reservation?.Hold ?? 0);
    }

    [Fact]
    public async Task Reserve_AModelWithoutAPrice_IsRefused()
    {
        var exchange = await NewExchangeAsync(ModelFront.OpenAiChat, Chat("Hi", 1), null);
        var error = (await (await NewAsync(1_000)).ReserveAsync(exchange, default))!;
        Assert.Equal((400, "model_not_priced"), (error.Status, error.Code));
    }

    [Fact]
    public async Task Reserve_WithoutStorage_IsNeverAWantOfCredit()
    {
        var credit = await NewAsync(1_000_000);
        _ledger.BeforeWrite = _ => throw new StorageUnavailableException("away");
        var error = (await credit.ReserveAsync(await NewExchangeAsync(ModelFront.OpenAiChat, Chat("Hi", 1), Rates), default))!;
        Assert.Equal((503, "ledger_unavailable"), (error.Status, error.Code));
        Assert.NotNull(error.RetryAfter);
    }

    [Fact]
    public async Task Record_NamesTheLease_BeforeTheHoldIsGivenBack()
    {
        var credit = await NewAsync(100_000);
        for (var i = 0; i < 50; i++)
        {
            // Together they would hold more than there is.
            var exchange = await NewExchangeAsync(ModelFront.OpenAiChat, Chat("Hi", 10_000), Rates);
            Assert.Null(await credit.ReserveAsync(exchange, default));
            credit.Record(exchange, UsageSamples.Event(exchange.Id, 2, PriceLine.UnitsPerRate));
        }

        Assert.Equal(50, _recorded.Count);
        Assert.All(_recorded, one => Assert.NotNull(one.Purses.LeaseAt(0)));
        Assert.InRange(_reads, 1, 5);
        Assert.Empty(_incidents.All);
    }

    private static ModelRates WithSearches { get; } =
        Rates.With(new ModelRates(new Dictionary<RateKey, long> { [new RateKey(UnitKind.Search)] = 1_000 * PriceLine.UnitsPerRate }));

    private static RouteTarget Target(string model, ModelRates? rates, int window, string vendor = "openai") =>
        new(RoutingSamples.Provider(vendor), model, rates, null, null, window);

    private static ModelFront FrontOf(string api) => api switch
    {
        "responses" => ModelFront.OpenAiResponses,
        "messages" => ModelFront.AnthropicMessages,
        "gemini" => ModelFront.GeminiGenerateContent,
        _ => ModelFront.OpenAiChat,
    };

    private static string Chat(string text, int? limit) =>
        $$"""{"model":"m","messages":[{"role":"user","content":"{{text}}"}]{{(limit is null ? "" : $",\"max_tokens\":{limit}")}}}""";

    private async Task<CreditAdmission> NewAsync(long nano)
    {
        var registrar = new PurseRegistrar(_ledger, LedgerUnit.NanoUsd, _incidents, _clock);
        var sync = new PurseSync(_ledger, registrar, LeaseTimes.Default, new NoticeBox(), _incidents, new Random(1), TimeProvider.System);
        await sync.SyncAsync(Purse, new SyncCommand.Configure(PurseKind.Credit, LedgerUnit.NanoUsd), default);
        await sync.SyncAsync(Purse, new SyncCommand.GrantCredit(new OutsideId("test", "1"), nano, "", ""), default);
        var keeper = new LeaseKeeper(
            (purse, command, stop) =>
            {
                _reads++;
                return sync.SyncAsync(purse, command, stop);
            },
            new MemoryBacklog(), new HubIds(_clock), LeaseTimes.Default, _incidents, new Random(1), _clock);
        return new CreditAdmission(keeper, this, this, _incidents, new TokenCounter(), new GatewayOptions());
    }

    private async Task<Exchange> NewExchangeAsync(ModelFront front, string body, ModelRates? rates, RouteTarget? to = null)
    {
        var http = new DefaultHttpContext();
        http.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(body));
        var (read, _) = await RequestBody.ReadAsync(http.Request, new BodyMemory(1 << 20), 1 << 20, default);
        var key = RoutingSamples.Key();
        var account = new OwnerRecord
        {
            Kind = OwnerKind.Account,
            Id = "a",
            Name = "A",
            CreatedAt = default,
            Terms = new PurseTerms(PurseKind.Credit),
        };
        var target = to ?? Target("m", rates, 128_000);
        return new Exchange(front, http, new HubIds(_clock).New(), _clock)
        {
            Caller = new Caller(key, CallTerms.Of(key, account, null, null), []),
            Body = read!,
            Head = RequestHeadParser.Parse(read!.Bytes.Span, front.Shape, front.Shape.ModelInPath ? "m" : null).Head!,
            Plan = new RoutePlan([target]),
            Target = target,
        };
    }
}
