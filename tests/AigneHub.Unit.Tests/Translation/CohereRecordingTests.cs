using AigneHub.Providers;
using AigneHub.Translation.Cohere;
using AigneHub.Translation.Model;
using AigneHub.Unit.Tests.Providers;

namespace AigneHub.Unit.Tests.Translation;

/// <summary>What Cohere's recorded answers say, worked out by hand; billed units count.</summary>
public sealed class CohereRecordingTests
{
    private const string Location = """{"location":"San Francisco"}""";
    private const string City = """{"city":"San Francisco"}""";

    [RecordingsTheory]
    [InlineData("cohere-text")]
    public void ReadAnswer_RecordedText_IsAsTheDocumentSays(string name)
    {
        var answer = Read(name);

        Assert.Equal(["Text:The capital of France is Paris."], Translating.Fold(answer));
        Assert.Equal((FinishReason.Stop, "e7592632-1e3d-424f-b129-bd5f9f980f7b"), (answer.Finish, answer.Id));
        Assert.Equal(new TokenUsage { Input = 12, Output = 7 }, answer.Usage);
    }

    [RecordingsTheory]
    [InlineData("cohere-tool-call")]
    public void ReadAnswer_RecordedCalls_AreAsTheDocumentSays(string name)
    {
        var answer = Read(name);

        Assert.Equal(
            [
                "Reasoning:I will use the weather tool to find out the weather in San Francisco. I will also use the "
                + "cityAttractions tool to find out what attractions are in San Francisco.",
                $"ToolCall:weather:{Location}",
                $"ToolCall:cityAttractions:{City}",
            ],
            Translating.Fold(answer));
        Assert.Equal(
            ["weather_dqgshstja6p9", "cityAttractions_dcxfx4myvx68"],
            answer.Items.OfType<ToolCallItem>().Select(call => call.CallId));
        Assert.Equal(FinishReason.ToolCalls, answer.Finish);
        Assert.Equal(new TokenUsage { Input = 119, Output = 52 }, answer.Usage);
    }

    [RecordingsTheory]
    [InlineData("cohere-text")]
    public void ReadStream_RecordedText_IsAsTheEventsSay(string name)
    {
        var (items, finish, usage) = Translating.Fold(ReadStream(name));

        Assert.Equal(["Text:The capital of France is Paris."], items);
        Assert.Equal(FinishReason.Stop, finish);
        Assert.Equal(new TokenUsage { Input = 12, Output = 7 }, usage);
    }

    [RecordingsTheory]
    [InlineData("cohere-tool-call")]
    public void ReadStream_RecordedCalls_AreAsTheEventsSay(string name)
    {
        var events = ReadStream(name);

        var (items, finish, usage) = Translating.Fold(events);
        Assert.Equal(
            [
                "Reasoning:I will use the weather tool to find the weather in San Francisco and the cityAttractions tool to "
                + "find attractions in San Francisco.",
                "ToolCall:weather:{\"location\": \"San Francisco\"}",
                "ToolCall:cityAttractions:{\"city\": \"San Francisco\"}",
            ],
            items);
        Assert.Equal(
            ["weather_e8p4pn45zt0t", "cityAttractions_pyxssbwnq9fq"],
            events.OfType<ItemStarted>().Select(item => item.Id).OfType<string>());
        Assert.Equal(FinishReason.ToolCalls, finish);
        Assert.Equal(new TokenUsage { Input = 119, Output = 44 }, usage);
    }

    private static ChatAnswer Read(string name) => Assert.IsType<ChatAnswer>(CohereChatFormat.Instance.ReadAnswer(
        Translating.Json(File.ReadAllText(Path.Combine(Recordings.Folder, "cohere", name + ".json")))));

    private static List<AnswerEvent> ReadStream(string name) => Translating.ReadStream(
        CohereChatFormat.Instance,
        File.ReadLines(Path.Combine(Recordings.Folder, "cohere", name + ".chunks.txt")).Where(line => line.Length > 0));
}
