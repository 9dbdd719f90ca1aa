using System.Text;

namespace AigneHub.Unit.Tests.Fuzz;

/// <summary>Makes chat requests that are mostly well-formed and often odd: order, spacing, escapes, repeats, wrong types.</summary>
internal static class ChatRequests
{
    public static readonly Mutator Mutator = new(
        "\"model\":", "\"mod\\u0065l\":\"b\",", "\"stream\":true,", "\"stream\":false", "\"stream_options\":", "\"stream_options\":{},",
        "\"include_usage\":true", "\"include_usage\":false,", "\"include_usage\":null", "\"messages\":", "[{}]", "\"\\ud800\":1,",
        ",\"x\":[{\"model\":\"no\"}]", "\"stre\\u0061m\"", "\"openai/gpt-4o\"");

    private static readonly string[] Spaces = ["", "", "", "", " ", "\n", "\r\n\t", "  "];

    private static readonly string[] Models =
        ["\"openai/gpt-4o\"", "\"m\"", "\"a\\/b\"", "\"\\u0061\"", "\"é😀\"", "\"\\ud83d\\ude00\"", "\"we\\\"ird\\\\\"", "\"a\\u0000b\""];

    private static readonly string[] Messages =
    [
        "[{\"role\":\"user\",\"content\":\"hi\"}]", "[{}]", "[ null ]", "[[\"stream\"]]",
        "[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"\\ud800 \\\"model\\\":\"},{\"type\":\"image_url\",\"image_url\":{\"url\":\"x\"}}]}]",
    ];

    private static readonly string[] Usages =
        ["true", "false", "null", "true", "false", " true ", "1"];

    private static readonly string[] Others =
    [
        "\"temperature\":0.70", "\"n\":1e0", "\"x\":{\"stream\":true,\"model\":\"no\"}", "\"tools\":[ {\"a\" : \"ü\"} ]", "\"\":\"\"",
        "\"metadata\":{\"k\":\"\\\"model\\\":\"}", "\"stop\":[\"}\",\"]\"]", "\"us\\u0065r\":\"\\u0061\"", "\"a\":-0.0E+5", "\"Model\":1",
        "\"b\":{\"\\ud800\":\"\\udfff\"}", "\"m\\u006fde\":[]",
    ];

    public static byte[] Make(Random random)
    {
        var members = new List<string> { Named("model", Pick(Models, random), random), Named("messages", Pick(Messages, random), random) };
        if (random.Next(4) != 0)
        {
            members.Add(Named("stream", random.Next(4) == 0 ? Pick(Usages, random) : "true", random));
        }

        if (random.Next(2) == 0)
        {
            members.Add(Named("stream_options", StreamOptions(random), random));
        }

        for (var i = random.Next(4); i > 0; i--)
        {
            members.Add(Pick(Others, random));
        }

        random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(members));
        var text = new StringBuilder(Pick(Spaces, random)).Append('{').Append(Pick(Spaces, random));
        for (var i = 0; i < members.Count; i++)
        {
            text.Append(i == 0 ? "" : Pick(Spaces, random) + "," + Pick(Spaces, random)).Append(members[i]);
        }

        return Encoding.UTF8.GetBytes(text.Append(Pick(Spaces, random)).Append('}').Append(Pick(Spaces, random)).ToString());
    }

    private static string StreamOptions(Random random) => random.Next(5) switch
    {
        0 => "null",
        1 => "{" + Pick(Spaces, random) + "}",
        2 => "{" + Named("include_usage", Pick(Usages, random), random) + ",\"x\":[1,{}]}",
        3 => "{\"include_obfuscation\":false," + Named("include_usage", Pick(Usages, random), random) + "}",
        _ => "{\"x\":{\"include_usage\":true}}",
    };

    private static string Named(string name, string value, Random random)
    {
        if (random.Next(8) == 0)
        {
            var at = random.Next(name.Length);
            name = $"{name[..at]}\\u{(int)name[at]:x4}{name[(at + 1)..]}";
        }

        return $"\"{name}\"{Pick(Spaces, random)}:{Pick(Spaces, random)}{value}";
    }

    private static string Pick(string[] from, Random random) => from[random.Next(from.Length)];
}
