using System.Text;
using AigneHub.Wire.Sse;

namespace AigneHub.Unit.Tests.Wire;

public class SseFieldReaderTests
{
    [Theory]
    [InlineData("data: a\n\n", "data=a")]
    [InlineData("data:a\r\nevent:  two\r\rid\n\n", "data=a", "event= two", "id=")]
    [InlineData("\uFEFFdata: a\n: comment\n\n", "data=a")]
    [InlineData(": comment\n\n")]
    [InlineData("data: no end", "data=no end")]
    [InlineData("")]
    public void TryRead_Event_GivesFieldsInOrder(string sseEvent, params string[] expected)
    {
        var reader = new SseFieldReader(Encoding.UTF8.GetBytes(sseEvent));
        var fields = new List<string>();
        while (reader.TryRead(out var name, out var value))
        {
            fields.Add($"{Encoding.UTF8.GetString(name)}={Encoding.UTF8.GetString(value)}");
        }

        Assert.Equal(expected, fields);
    }
}
