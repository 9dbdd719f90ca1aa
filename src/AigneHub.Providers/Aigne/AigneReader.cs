using System.Text.Json;
using AigneHub.Core.Routing;
using AigneHub.Providers.OpenAi;
using AigneHub.Providers.Reading;
using AigneHub.Providers.Tokenizers;

namespace AigneHub.Providers.Aigne;

/// <summary>AIGNE's APIs, which clients speak and no vendor: only their requests are read.</summary>
internal sealed class AigneReader : IAnswerReader
{
    private readonly RequestMember _readMember;

    private AigneReader(ModelApi api, RequestMember readMember)
    {
        Api = api;
        _readMember = readMember;
    }

    /// <summary>The prompt is in <c>input</c>.</summary>
    public static AigneReader Chat { get; } = new(ModelApi.AigneChat, ReadInput);

    public static AigneReader Completions { get; } = new(ModelApi.AigneCompletions, ReadMember);

    public ModelApi Api { get; }

    public IStreamTap? NewTap(UsageQuirks quirks, int textBytesMax) => null;

    public AnswerReading Read(ReadOnlySpan<byte> body, UsageQuirks quirks) => ChatReader.Instance.Read(body, quirks);

    public long CountDelivered(ReadOnlySpan<byte> body, TokenCounter counter) => 0;

    public long CountPrompt(ReadOnlySpan<byte> request, TokenCounter counter) =>
        PromptCount.Of(request, counter, isChat: true, _readMember);

    private static void ReadInput(PromptCount count, ref Utf8JsonReader reader, ReadOnlySpan<byte> request)
    {
        var isInput = JsonScan.TextIs(ref reader, "input"u8);
        reader.Read();
        if (!isInput || reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            ReadMember(count, ref reader, request);
        }
    }

    private static void ReadMember(PromptCount count, ref Utf8JsonReader reader, ReadOnlySpan<byte> request)
    {
        if (JsonScan.TextIs(ref reader, "messages"u8) || JsonScan.TextIs(ref reader, "prompt"u8))
        {
            count.AddMessages(ref reader, request, MemberOf);
        }
        else if (JsonScan.TextIs(ref reader, "tools"u8))
        {
            count.AddJson(ref reader, request);
        }
        else
        {
            reader.Skip();
        }
    }

    private static PromptMember MemberOf(ref Utf8JsonReader reader)
    {
        if (JsonScan.TextIs(ref reader, "content"u8) || JsonScan.TextIs(ref reader, "text"u8) || JsonScan.TextIs(ref reader, "role"u8))
        {
            return PromptMember.Text;
        }

        return JsonScan.TextIs(ref reader, "name"u8) ? PromptMember.Name
            : JsonScan.TextIs(ref reader, "arguments"u8) ? PromptMember.Json
            : JsonScan.TextIs(ref reader, "imageUrl"u8) || JsonScan.TextIs(ref reader, "image_url"u8) ? PromptMember.Image
            : JsonScan.TextIs(ref reader, "mimeType"u8) ? PromptMember.Kind
            : JsonScan.TextIs(ref reader, "metadata"u8) || JsonScan.TextIs(ref reader, "data"u8) ? PromptMember.Skipped
            : PromptMember.Other;
    }
}
