using YamlDotNet.RepresentationModel;

namespace AigneHub.Infra.Tests.Documents;

/// <summary>Reads YAML whose shape is known.</summary>
internal static class YamlFile
{
    public static YamlMappingNode Read(string path)
    {
        using var reader = new StringReader(Repository.Read(path));
        var stream = new YamlStream();
        stream.Load(reader);
        return Assert.IsType<YamlMappingNode>(Assert.Single(stream.Documents).RootNode);
    }

    public static IEnumerable<string> Names(this YamlMappingNode map) => map.Children.Keys.Select(key => ((YamlScalarNode)key).Value!);

    public static YamlMappingNode Map(this YamlMappingNode map, string name) => Assert.IsType<YamlMappingNode>(map.Children[name]);

    public static string Text(this YamlMappingNode map, string name) => Assert.IsType<YamlScalarNode>(map.Children[name]).Value!;
}
