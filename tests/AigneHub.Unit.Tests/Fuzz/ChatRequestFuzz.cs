using System.Runtime.InteropServices;
using System.Text.Json;
using AigneHub.Core;
using AigneHub.Core.Routing;
using AigneHub.Gateway.Fronts;
using AigneHub.Providers.OpenAi;
using AigneHub.Unit.Tests.Providers.Tokenizers;

namespace AigneHub.Unit.Tests.Fuzz;

public sealed class ChatRequestFuzz
{
    private static readonly string[] UpstreamModels = ["gpt-4o", "we\"ird\\näme", "m"];

    [Fact]
    public void Parse_AnyBytes_AcceptsWhatTheDocumentModelAccepts() => FuzzRun.Of(
        "RequestHeadParser", percent: 40, ChatRequests.Make, ChatRequests.Mutator, (body, _) =>
        {
            var (head, error) = RequestHeadParser.Parse(body, HeadShape.Chat);
            var expected = ChatRequestReference.Of(body);
            if (head is null)
            {
                Assert.Null(expected);
                Assert.Equal((400, Blame.Caller), (error!.Status, error.Blame));
                Assert.NotEmpty(error.Message);
                return false;
            }

            Assert.Null(error);
            Assert.Equal(expected, new ChatRequestReference(head.Model, head.Stream, head.IncludeUsage));
            return true;
        });

    [Fact]
    public void Edit_AnyAcceptedRequest_ChangesOnlyModelAndUsage() => FuzzRun.Of(
        "RequestEdit", percent: 25, ChatRequests.Make, ChatRequests.Mutator, (body, random) =>
        {
            if (RequestHeadParser.Parse(body, HeadShape.Chat).Head is not { } head)
            {
                return false;
            }

            var model = UpstreamModels[random.Next(UpstreamModels.Length)];
            var takesStreamOptions = random.Next(3) != 0;
            var segments = RequestEdit.Apply(body, head, HeadShape.Chat, Dialect.OpenAi, model, takesStreamOptions);
            CheckBytes(body, head, segments, takesStreamOptions);
            CheckMeaning(body, head, [.. segments.SelectMany(s => s.ToArray())], model, takesStreamOptions);
            return true;
        });

    [Fact]
    public void CountPrompt_AnyBytes_NeverThrows() => FuzzRun.Of(
        "ChatPrompt", percent: 5, ChatRequests.Make, ChatRequests.Mutator, (body, _) =>
            ChatPrompt.Count(body, SharedCounter.Instance) > 0);

    /// <summary>What is not the client's own bytes stands only where something had to be changed.</summary>
    private static void CheckBytes(
        byte[] body, RequestHead head, IReadOnlyList<ReadOnlyMemory<byte>> segments, bool takesStreamOptions)
    {
        var position = 0;
        foreach (var segment in segments)
        {
            if (!MemoryMarshal.TryGetArray(segment, out var own) || own.Array != body)
            {
                continue;
            }

            CheckGap(position, own.Offset);
            position = own.Offset + own.Count;
        }

        Assert.Equal(body.Length, position);

        void CheckGap(int from, int to)
        {
            Assert.True(from <= to, "bytes twice or out of order");
            var gap = new JsonSpan(from, to - from);
            if (from == to || gap == head.ModelValue || (takesStreamOptions && (gap == head.IncludeUsageValue || gap == head.StreamOptions)))
            {
                return;
            }

            // Otherwise the whole member has gone, and one comma with the spaces at it.
            Assert.False(takesStreamOptions);
            var member = head.StreamOptionsMember!.Value;
            byte[] around = [.. body[from..member.Start], .. body[member.End..to]];
            Assert.Equal(1, around.Count(b => b == ','));
            Assert.All(around, b => Assert.Contains(b, ", \t\r\n"u8.ToArray()));
        }
    }

    private static void CheckMeaning(byte[] body, RequestHead head, byte[] edited, string model, bool takesStreamOptions)
    {
        using var before = JsonDocument.Parse(body);
        using var after = JsonDocument.Parse(edited);
        var expected = new List<(string Name, string Value)>();
        var asks = takesStreamOptions && head.Stream && !head.IncludeUsage;
        foreach (var member in before.RootElement.EnumerateObject())
        {
            if (member.Name == "model")
            {
                expected.Add(("model", JsonSerializer.Serialize(model)));
            }
            else if (member.Name != "stream_options")
            {
                expected.Add((member.Name, member.Value.GetRawText()));
            }
            else if (takesStreamOptions)
            {
                expected.Add(("stream_options", asks ? Asking(member.Value) : Flat(member.Value)));
            }
        }

        if (asks && head.StreamOptions is null)
        {
            expected.Add(("stream_options", "[include_usage=true]"));
        }

        Assert.Equal(expected, after.RootElement.EnumerateObject().Select(member => (member.Name, member.Name switch
        {
            "model" => JsonSerializer.Serialize(member.Value.GetString()),
            "stream_options" => Flat(member.Value),
            _ => member.Value.GetRawText(),
        })));
    }

    private static string Flat(JsonElement options) => options.ValueKind != JsonValueKind.Object
        ? options.GetRawText()
        : $"[{string.Join('&', options.EnumerateObject().Select(o => $"{o.Name}={o.Value.GetRawText()}"))}]";

    private static string Asking(JsonElement options)
    {
        var members = options.ValueKind != JsonValueKind.Object
            ? []
            : options.EnumerateObject().Select(o => $"{o.Name}={(o.Name == "include_usage" ? "true" : o.Value.GetRawText())}").ToList();
        if (!members.Contains("include_usage=true"))
        {
            members.Insert(0, "include_usage=true");
        }

        return $"[{string.Join('&', members)}]";
    }
}
