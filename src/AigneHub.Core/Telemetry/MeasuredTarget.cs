using AigneHub.Core.Routing;

namespace AigneHub.Core.Telemetry;

/// <summary>A target by the names that measurements have for it.</summary>
/// <param name="Provider">Its id in the hub.</param>
/// <param name="ProviderName">OpenTelemetry's name of the vendor, where there is one.</param>
/// <param name="Model"><c>provider/model</c>.</param>
/// <param name="UpstreamModel">The id of the model's entry: names that only a rule recognises may be any caller's invention.</param>
public readonly record struct MeasuredTarget(string Provider, string ProviderName, string Model, string UpstreamModel)
{
    /// <summary>Models without an entry or a price: their names may be any caller's invention.</summary>
    private const string Other = "other";

    public static MeasuredTarget Of(RouteTarget target)
    {
        var provider = target.Provider;
        var model = target.Rates is null ? Other : target.EntryId ?? Other;
        return new(
            provider.Id, NameOf(provider.Vendor), model == target.UpstreamModel ? target.FullName : $"{provider.Id}/{model}", model);
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
