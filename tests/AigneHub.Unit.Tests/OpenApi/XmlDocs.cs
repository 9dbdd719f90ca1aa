using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace AigneHub.Unit.Tests.OpenApi;

/// <summary>The docstrings of the source, as the compiler wrote them beside each assembly, in Markdown.</summary>
internal static partial class XmlDocs
{
    private static readonly Dictionary<string, XElement> Members = Directory
        .EnumerateFiles(Path.GetDirectoryName(typeof(XmlDocs).Assembly.Location)!, "AigneHub.*.xml")
        .SelectMany(path => XDocument.Load(path).Descendants("member"))
        .GroupBy(member => member.Attribute("name")!.Value).ToDictionary(group => group.Key, group => group.First());

    public static string? Summary(Type type) => Text(Find(type)?.Element("summary"));

    /// <summary>Of a record's parameter, or of a property with a summary of its own.</summary>
    public static string? Of(PropertyInfo property)
    {
        var parameter = Find(property.DeclaringType!)?.Elements("param")
            .FirstOrDefault(element => element.Attribute("name")?.Value == property.Name);
        var name = $"P:{NameOf(property.DeclaringType!)}.{property.Name}";
        return Text(parameter ?? Members.GetValueOrDefault(name)?.Element("summary"));
    }

    private static XElement? Find(Type type) => Members.GetValueOrDefault($"T:{NameOf(type)}");

    private static string NameOf(Type type) =>
        (type.IsGenericType ? type.GetGenericTypeDefinition() : type).FullName!.Replace('+', '.');

    private static string? Text(XElement? element) =>
        element is null ? null : Space().Replace(string.Concat(element.Nodes().Select(Markdown)), " ").Trim() is { Length: > 0 } text ? text : null;

    private static string Markdown(XNode node) => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
        XElement { Name.LocalName: "see" or "paramref" } reference =>
            (reference.Attribute("cref") ?? reference.Attribute("name") ?? reference.Attribute("href"))!.Value.Split('.', ':')[^1],
        XElement other => string.Concat(other.Nodes().Select(Markdown)),
        _ => "",
    };

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
