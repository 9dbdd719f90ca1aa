using System.Text;

namespace AigneHub.Bench.Load;

/// <summary>The calls that are made, as bytes.</summary>
internal static class ChatCall
{
    private const string Said =
        """[{"role":"system","content":"You are a helpful assistant."},{"role":"user","content":"Say twenty words about the sea, please."}]""";

    public static byte[] Json(string key) => Request(key, $$"""{"model":"openai/gpt-4o","messages":{{Said}},"temperature":0.2}""");

    public static byte[] Stream(string key) => Request(key, $$"""{"model":"openai/gpt-4o","messages":{{Said}},"temperature":0.2,"stream":true}""");

    /// <summary>The same by Anthropic's API.</summary>
    public static byte[] Messages(string key, bool stream) => Request(
        key,
        """{"model":"openai/gpt-4o","max_tokens":500,"system":"You are a helpful assistant.","messages":"""
            + """[{"role":"user","content":"Say twenty words about the sea, please."}],"temperature":0.2,"stream":"""
            + (stream ? "true}" : "false}"),
        "/v1/messages");

    private static byte[] Request(string key, string body, string path = "/v1/chat/completions") => Encoding.ASCII.GetBytes(
        $"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\nUser-Agent: OpenAI/Python 2.8.0\r\n"
        + $"Authorization: Bearer {key}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}");
}
