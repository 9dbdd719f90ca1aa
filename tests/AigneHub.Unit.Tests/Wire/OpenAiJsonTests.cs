using System.Text.Json;
using AigneHub.Wire.OpenAi;

namespace AigneHub.Unit.Tests.Wire;

public class OpenAiJsonTests
{
    [Fact]
    public void Error_WithoutParam_WritesNulls() =>
        Assert.Equal(
            """{"error":{"message":"No.","type":"invalid_request_error","param":null,"code":null}}""",
            JsonSerializer.Serialize(
                new OpenAiErrorBody(new OpenAiError("No.", OpenAiErrorTypes.InvalidRequest, null, null)),
                OpenAiJson.Default.OpenAiErrorBody));

    [Fact]
    public void ModelList_OfOne_IsOpenAisList() =>
        Assert.Equal(
            """{"object":"list","data":[{"id":"sim/chat","created":0,"owned_by":"sim","object":"model"}]}""",
            JsonSerializer.Serialize(
                new OpenAiModelList([new OpenAiModel("sim/chat", 0, "sim")]), OpenAiJson.Default.OpenAiModelList));
}
