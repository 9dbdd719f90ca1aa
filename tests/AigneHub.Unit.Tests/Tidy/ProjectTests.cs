using System.Xml.Linq;
using AigneHub.Core;

namespace AigneHub.Unit.Tests.Tidy;

/// <summary>The directions of docs/architecture.md: what a project may know.</summary>
public sealed class ProjectTests
{
    private static readonly Dictionary<string, (string[] Projects, string[] Packages, string[] Frameworks)> Allowed = new()
    {
        ["Core"] = ([], [], []),
        ["Billing"] = (
            ["Core"],
            ["MailKit", "Stripe.net", "System.Configuration.ConfigurationManager", "System.Security.Cryptography.Pkcs"],
            []),
        ["Wire"] = ([], ["System.IO.Hashing"], []),
        ["Providers"] = (
            ["Core", "Wire"],
            [
                "Azure.Identity", "Google.Apis.Auth", "Google.Protobuf", "Microsoft.ML.Tokenizers",
                "Microsoft.ML.Tokenizers.Data.O200kBase",
            ],
            []),
        ["Translation"] = (["Providers"], [], []),
        ["Gateway"] = (
            ["Core", "Providers", "Translation", "Wire"],
            ["Microsoft.IdentityModel.JsonWebTokens", "Microsoft.IdentityModel.Protocols.OpenIdConnect", "Scalar.AspNetCore", "YamlDotNet"],
            ["Microsoft.AspNetCore.App"]),
        ["Storage"] = (
            ["Core"],
            [
                "Azure.Data.Tables", "Azure.Identity", "Azure.Security.KeyVault.Secrets", "Azure.Storage.Blobs",
                "Azure.Storage.Queues", "System.IO.Hashing",
            ],
            []),
        ["Telemetry"] = (
            ["Core"],
            [
                "Azure.Identity", "Azure.Monitor.OpenTelemetry.Exporter", "OpenTelemetry.Exporter.OpenTelemetryProtocol",
                "OpenTelemetry.Extensions.Hosting", "OpenTelemetry.PersistentStorage.FileSystem",
            ],
            []),
        ["LocalRuntime"] = ([], ["Azure.Storage.Queues", "NCrontab", "System.IO.Hashing"], ["Microsoft.AspNetCore.App"]),
        ["Functions"] = (
            ["Billing", "Core", "Gateway", "LocalRuntime", "Providers", "Storage", "Telemetry"],
            [
                "Azure.Identity", "Azure.Messaging.ServiceBus", "Microsoft.Azure.Functions.Worker",
                "Microsoft.Azure.Functions.Worker.Extensions.Http.AspNetCore",
                "Microsoft.Azure.Functions.Worker.Extensions.ServiceBus",
                "Microsoft.Azure.Functions.Worker.Extensions.Storage.Queues",
                "Microsoft.Azure.Functions.Worker.Extensions.Timer", "Microsoft.Azure.Functions.Worker.OpenTelemetry",
                "Microsoft.Azure.Functions.Worker.Sdk",
            ],
            ["Microsoft.AspNetCore.App"]),
    };

    private const string Prefix = "AigneHub.";

    private static readonly string[] Names =
        [.. Repository.Files("src", "*.csproj").Select(path => Path.GetFileNameWithoutExtension(path)[Prefix.Length..])];

    public static TheoryData<string> Projects { get; } = [.. Names];

    [Fact]
    public void Projects_InSource_AreTheKnownOnes() =>
        Assert.Equal(Allowed.Keys.Order(), Names.Order());

    [Theory]
    [MemberData(nameof(Projects))]
    public void References_OfProject_FollowTheDirections(string project)
    {
        var (projects, packages, frameworks) = Allowed[project];
        var file = XDocument.Parse(Repository.Read($"src/{Prefix}{project}/{Prefix}{project}.csproj"));

        Assert.Equal(projects, Includes("ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path)[Prefix.Length..]));
        Assert.Equal(packages, Includes("PackageReference"));
        Assert.Equal(frameworks, Includes("FrameworkReference"));

        IEnumerable<string> Includes(string element) => file.Descendants(element)
            .Select(reference => reference.Attribute("Include")!.Value).Order(StringComparer.Ordinal);
    }

    [Fact]
    public void Core_Compiled_ReferencesTheBaseClassLibraryOnly() => Assert.All(
        typeof(HubError).Assembly.GetReferencedAssemblies(),
        reference => Assert.StartsWith("System.", reference.Name, StringComparison.Ordinal));

    [Fact]
    public void PackageVersions_InProjects_AreCentral() => Assert.All(
        Repository.Files("src", "*.csproj").Concat(Repository.Files("tests", "*.csproj")),
        path => Assert.DoesNotContain(
            XDocument.Parse(Repository.Read(path)).Descendants("PackageReference"), reference => reference.Attribute("Version") is not null));
}
