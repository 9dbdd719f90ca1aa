using System.Text;
using System.Text.Json;
using AigneHub.Providers;
using AigneHub.Translation;
using AigneHub.Translation.Model;
using AigneHub.Translation.OpenAi;
using AigneHub.Unit.Tests.Providers;

namespace AigneHub.Unit.Tests.Translation;

/// <summary>Recorded answers of the vendors that speak OpenAI's APIs; the expected values were taken from them by other means.</summary>
public sealed class OpenAiRecordingTests
{
    private const string Weather = "weather{\"location\": \"San Francisco\"}";
    private const string DenseWeather = "weather{\"location\":\"San Francisco\"}";
    private const string Sql = "call_custom_sql_001 write_sqlSELECT * FROM users WHERE age > 25";

    /// <summary>Path, length of text, length of reasoning, calls, end, prompt tokens (cached among them), completion tokens.</summary>
    public static TheoryData<string, int, int, string, FinishReason, int, int, int> All => new()
    {
        { "openai/openai-text.json", 1842, 0, "", FinishReason.Stop, 16, 0, 363 },
        { "deepseek/deepseek-reasoning.json", 107, 935, "", FinishReason.Stop, 18, 0, 345 },
        { "deepseek/deepseek-tool-call.json", 0, 242, $"call_00_9V0vrf86Pc9aelHCJMZqnJBo {Weather}", FinishReason.ToolCalls, 339, 320, 92 },
        {
            "deepseek/deepseek-tool-call.chunks.txt", 0, 191, $"call_00_ioIn7yN9p1ZOMNpDLwd4MgAF {Weather}", FinishReason.ToolCalls,
            339, 320, 83
        },
        { "groq/groq-text.json", 2953, 0, "", FinishReason.Stop, 45, 0, 607 },
        { "groq/groq-tool-call.json", 0, 0, "ax9fskhev weather{}", FinishReason.ToolCalls, 218, 0, 15 },
        { "groq/groq-tool-call.chunks.txt", 0, 0, "tk85n1k4m weather{}", FinishReason.ToolCalls, 210, 0, 15 },
        { "mistral/mistral-text.json", 1926, 0, "", FinishReason.Stop, 13, 0, 434 },
        { "mistral/mistral-text.chunks.txt", 38, 0, "", FinishReason.Stop, 13, 0, 8 },
        { "mistral/mistral-reasoning.json", 9, 60, "", FinishReason.Stop, 10, 0, 46 },
        { "mistral/mistral-reasoning.chunks.txt", 9, 60, "", FinishReason.Stop, 10, 0, 46 },
        { "mistral/mistral-tool-call.json", 0, 0, $"gSIMJiOkT {Weather}", FinishReason.ToolCalls, 124, 0, 22 },
        { "mistral/mistral-tool-call.chunks.txt", 0, 0, $"gSIMJiOkT {Weather}", FinishReason.ToolCalls, 124, 0, 22 },

        // xAI counts reasoning beside the completion: 1 + 228, 26 + 189.
        { "xai/xai-text.json", 5, 189, "", FinishReason.Stop, 12, 2, 229 },
        { "xai/xai-text.chunks.txt", 5, 20, "", FinishReason.Stop, 12, 11, 291 },
        { "xai/xai-tool-call.json", 0, 357, $"call_93562515 {DenseWeather}", FinishReason.ToolCalls, 291, 244, 215 },
        { "xai/xai-tool-call.chunks.txt", 0, 18, $"call_55117580 {DenseWeather}", FinishReason.ToolCalls, 291, 290, 222 },
        { "azure/azure-text.1.json", 4, 0, "", FinishReason.Stop, 11, 0, 11 },
        { "azure/azure-text.1.chunks.txt", 5, 0, "", FinishReason.Stop, 11, 0, 11 },
        { "azure/azure-tool-call.1.json", 0, 0, $"call_YunNGbIwdVJ2i0y0Mybva4Pw {DenseWeather}", FinishReason.ToolCalls, 45, 0, 24 },
        { "azure/azure-tool-call.1.chunks.txt", 0, 0, $"call_H5DxLSFnsGhiROnUiDHmgyc8 {DenseWeather}", FinishReason.ToolCalls, 45, 0, 24 },
        { "openai/openai-phase.1.json", 1366, 0, "", FinishReason.Stop, 7243, 3072, 423 },
        { "openai/openai-phase.1.chunks.txt", 25, 0, "", FinishReason.Stop, 7112, 3072, 463 },
        { "openai/openai-custom-tool.1.json", 0, 0, Sql, FinishReason.ToolCalls, 50, 0, 20 },
        { "openai/openai-custom-tool.1.chunks.txt", 0, 0, Sql, FinishReason.ToolCalls, 50, 0, 20 },
    };

    [RecordingsTheory]
    [MemberData(nameof(All))]
    public void Read_Recording_SaysWhatItSays(
        string path, int text, int reasoning, string calls, FinishReason finish, int prompt, int cached, int completion)
    {
        var told = Tell(path).Told;

        Assert.Equal(
            (text, reasoning, calls, finish), (told.Text.Length, told.Reasoning.Length, told.Calls, told.Finish));
        Assert.Equal(
            (prompt, cached, completion),
            ((int)(told.Usage!.Value.Input + (told.Usage.Value.CachedInput ?? 0))!, (int)(told.Usage.Value.CachedInput ?? 0),
                (int)told.Usage.Value.Output!));
    }

    [RecordingsTheory]
    [MemberData(nameof(All))]
#pragma warning disable xUnit1026 // The whole table serves.
    public void Write_WhatWasRead_ComesBackThroughBothFronts(
        string path, int text, int reasoning, string calls, FinishReason finish, int prompt, int cached, int completion)
#pragma warning restore xUnit1026
    {
        var (told, answer, events) = Tell(path);
        foreach (var (front, vendor) in (ReadOnlySpan<(IFrontFormat, IVendorFormat)>)
        [
            (OpenAiChatFormat.Instance, OpenAiChatFormat.Instance), (OpenAiResponsesFormat.Instance, OpenAiResponsesFormat.Instance),
        ])
        {
            var back = answer is not null
                ? OpenAiWire.Fold(vendor.ReadAnswer(OpenAiWire.WriteAnswer(front, answer))!)
                : OpenAiWire.Fold(OpenAiWire.ReadStream(
                    vendor, OpenAiWire.WriteStream(front, events!).Where(data => data != "[DONE]")));

            Assert.Equal(told with { Usage = null }, back with { Usage = null });
            Assert.Equal(
                (told.Usage?.Input, told.Usage?.CachedInput ?? 0, told.Usage?.Output),
                (back.Usage?.Input, back.Usage?.CachedInput ?? 0, back.Usage?.Output));
        }
    }

    [RecordingsTheory]
    [InlineData("openai/openai-error.1.chunks.txt")]
    public void Read_FailedStream_EndsAsFailed(string path)
    {
        var told = OpenAiWire.Fold(OpenAiWire.ReadStream(OpenAiResponsesFormat.Instance, Lines(path)));

        Assert.Equal(new Told("", "", "", FinishReason.Failed, null), told);
    }

    [RecordingsTheory]
    [InlineData("openai/openai-error.1.json")]
    public void Read_ErrorDocument_IsNoAnswer(string path)
    {
        var body = OpenAiWire.Parse(Encoding.UTF8.GetString(Recordings.Read(path)));

        Assert.Null(OpenAiChatFormat.Instance.ReadAnswer(body));
        Assert.Null(OpenAiResponsesFormat.Instance.ReadAnswer(body));
    }

    private static (Told Told, ChatAnswer? Answer, List<AnswerEvent>? Events) Tell(string path)
    {
        IVendorFormat vendor = path.StartsWith("azure", StringComparison.Ordinal) || path.Contains(".1.", StringComparison.Ordinal)
            ? OpenAiResponsesFormat.Instance
            : OpenAiChatFormat.For(ProviderTable.Find(path.Split('/')[0]));
        if (path.EndsWith(".json", StringComparison.Ordinal))
        {
            var answer = vendor.ReadAnswer(JsonDocument.Parse(Recordings.Read(path)).RootElement)!;
            return (OpenAiWire.Fold(answer), answer, null);
        }

        var events = OpenAiWire.ReadStream(vendor, Lines(path));
        return (OpenAiWire.Fold(events), null, events);
    }

    private static IEnumerable<string> Lines(string path) =>
        File.ReadLines(Path.Combine(Recordings.Folder, path)).Where(line => line.Length > 0);
}
