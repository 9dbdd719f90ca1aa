using AigneHub.Core.Routing;

namespace AigneHub.Core.Telemetry;

/// <summary>A target by the names that measurements have for it.</summary>
/// <param name="Provider">Its id in the hub.</param>
/// <param name="ProviderName">OpenTelemetry's name of the vendor, where there is one.</param>
/// <param name="Model"><c>provider/model</c>.</param>
/// <param name="UpstreamModel">The vendor's name of the model.</param>
public readonly record struct MeasuredTarget(string Provider, string ProviderName, string Model, string UpstreamModel)
{
    /// <summary>Models that nobody has priced: their names may be any caller's invention.</summary>
    private const string Other = "other";

    public static MeasuredTarget Of(RouteTarget target)
    {
        var provider = target.Provider;
        return target.Rates is null
            ? new(provider.Id, NameOf(provider.Vendor), $"{provider.Id}/{Other}", Other)
            : new(provider.Id, NameOf(provider.Vendor), target.FullName, target.UpstreamModel);
    }

    /// <summary>
    /// https://opentelemetry.io/docs/specs/semconv/registry/attributes/gen-ai: the well-known values of <c>gen_ai.provider.name</c>.
    /// </summary>
    public static string NameOf(string vendor) => vendor switch
    {
        "azure-openai" => "azure.ai.openai",
        "google" => "gcp.gemini",
        "vertex" => "gcp.vertex_ai",
        "bedrock" => "aws.bedrock",
        "xai" => "x_ai",
        "mistral" => "mistral_ai",
        _ => vendor,
    };
}
