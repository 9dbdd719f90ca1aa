using System.Globalization;
using System.Text.Json;
using AigneHub.Providers;
using AigneHub.Translation.Gemini;
using AigneHub.Translation.Model;
using AigneHub.Unit.Tests.Providers;

namespace AigneHub.Unit.Tests.Translation;

/// <summary>What Google's recorded answers say, worked out by hand.</summary>
public sealed class GeminiRecordingTests
{
    private const string RecordedReasoning =
        "Text:There are **3** \"r\"s in strawberry.\n\nHere is the breakdown: st**r**awbe**rr**y.#Eo0";

    [RecordingsTheory]
    [InlineData("google-text", "There are **3** r's in strawberry.", 9, 28, 244)]
    [InlineData("google-reasoning", "There are **3** \"r\"s in strawberry.", 9, 29, 282)]
    public void ReadAnswer_RecordedText_IsAsTheDocumentSays(string name, string text, int prompt, int candidates, int thoughts)
    {
        var answer = Read(name);

        var part = Assert.IsType<TextPart>(Assert.Single(Assert.IsType<MessageItem>(Assert.Single(answer.Items)).Parts));
        Assert.StartsWith(text, part.Text, StringComparison.Ordinal);
        Assert.NotNull(part.Signature);
        Assert.Equal((FinishReason.Stop, "gemini-3-pro-preview"), (answer.Finish, answer.Model));
        AssertUsage(prompt, candidates, thoughts, answer.Usage);
    }

    [RecordingsTheory]
    [InlineData("google-tool-call", "call_m36LaZGyCLz1xs0PtNSB-QU_0", 893)]
    [InlineData("google-tool-call-gemini3", "call_JniLacKqGqH0xs0P0O776As_0", 1801)]
    public void ReadAnswer_RecordedCall_IsAsTheDocumentSays(string name, string id, int thoughts)
    {
        var answer = Read(name);

        var call = Assert.IsType<ToolCallItem>(Assert.Single(answer.Items));
        Assert.Equal((id, "weather"), (call.CallId, call.Name));
        Assert.Equal("San Francisco", Translating.Json(call.Arguments).GetProperty("location").GetString());
        Assert.Equal(SignatureOf(Document(name)), call.Signature);
        Assert.Equal(FinishReason.ToolCalls, answer.Finish);
        AssertUsage(29, 15, thoughts, answer.Usage);
    }

    [RecordingsTheory]
    [InlineData("google-text", "Text:There are **3** \"r\"s in strawberry.\n\nst**r**awbe**rr**y#Eqs", 9, 23, 185)]
    [InlineData("google-reasoning", RecordedReasoning, 9, 29, 256)]
    [InlineData("google-tool-call", "ToolCall:weather:{\"location\":\"San Francisco\"}#EqUC", 29, 15, 45)]
    [InlineData("google-tool-call-gemini3", "ToolCall:weather:{\"location\":\"San Francisco\"}#EpEg", 29, 15, null)]
    public void ReadStream_Recorded_IsAsTheEventsSay(string name, string item, int prompt, int candidates, int? thoughts)
    {
        var events = Translating.ReadStream(GeminiFormat.Instance, Events(name));

        var (items, finish, usage) = Translating.Fold(events);
        Assert.StartsWith(item, Assert.Single(items), StringComparison.Ordinal);
        Assert.Equal(name.Contains("call", StringComparison.Ordinal) ? FinishReason.ToolCalls : FinishReason.Stop, finish);
        AssertUsage(prompt, candidates, thoughts ?? (int)(usage?.Reasoning ?? -1), usage);
    }

    /// <summary>Signatures, texts, calls and counts come out of the front as they went into the vendor's reader.</summary>
    [RecordingsTheory]
    [InlineData("google-text")]
    [InlineData("google-reasoning")]
    [InlineData("google-tool-call")]
    [InlineData("google-tool-call-gemini3")]
    public void WriteStream_RecordedStream_ReadsTheSame(string name)
    {
        var events = Translating.ReadStream(GeminiFormat.Instance, Events(name));

        var written = Translating.WriteStream(GeminiFormat.Instance, events);

        var again = Translating.ReadStream(GeminiFormat.Instance, written.Select(document => document.GetRawText()));
        Assert.Equal(Translating.Fold(events).Items, Translating.Fold(again).Items);
        Assert.Equal(Translating.Fold(events).Finish, Translating.Fold(again).Finish);
        Assert.Equal(Translating.Fold(events).Usage?.Output, Translating.Fold(again).Usage?.Output);
        Assert.Equal(Translating.Fold(events).Usage?.Input, Translating.Fold(again).Usage?.Input);
    }

    private static ChatAnswer Read(string name) =>
        Assert.IsType<ChatAnswer>(GeminiFormat.Instance.ReadAnswer(Document(name)));

    private static JsonElement Document(string name) =>
        Translating.Json(File.ReadAllText(Path.Combine(Recordings.Folder, "google", name + ".json")));

    private static IEnumerable<string> Events(string name) =>
        File.ReadLines(Path.Combine(Recordings.Folder, "google", name + ".chunks.txt")).Where(line => line.Length > 0);

    private static string? SignatureOf(JsonElement document) =>
        document.GetProperty("candidates")[0].GetProperty("content").GetProperty("parts")[0]
            .GetProperty("thoughtSignature").GetString();

    private static void AssertUsage(int prompt, int candidates, int thoughts, TokenUsage? usage) =>
        Assert.Equal(
            string.Create(CultureInfo.InvariantCulture, $"{prompt} {candidates + thoughts} {thoughts}"),
            string.Create(CultureInfo.InvariantCulture, $"{usage?.Input} {usage?.Output} {usage?.Reasoning}"));
}
