using System.Text.Json.Serialization;
using AigneHub.Core.Payments;
using AigneHub.Gateway.Management;

namespace AigneHub.Gateway.Payments;

/// <summary>The management API's JSON of packs, plans and payments: as <see cref="ManagementJson"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    Converters = [typeof(EnumWord<OrderKind>), typeof(EnumWord<OrderStatus>)],
    WriteIndented = true)]
[JsonSerializable(typeof(CreatePackRequest))]
[JsonSerializable(typeof(UpdatePackRequest))]
[JsonSerializable(typeof(RecordPage<PackDocument>))]
[JsonSerializable(typeof(CreatePlanRequest))]
[JsonSerializable(typeof(UpdatePlanRequest))]
[JsonSerializable(typeof(RecordPage<PlanDocument>))]
[JsonSerializable(typeof(OffersDocument))]
[JsonSerializable(typeof(CheckoutRequest))]
[JsonSerializable(typeof(CheckoutDocument))]
[JsonSerializable(typeof(PortalDocument))]
[JsonSerializable(typeof(OrderPage))]
[JsonSerializable(typeof(TopUpRequest))]
[JsonSerializable(typeof(TopUpDocument))]
[JsonSerializable(typeof(ManualPaymentRequest))]
[JsonSerializable(typeof(ManualRefundRequest))]
[JsonSerializable(typeof(CloseIncidentRequest))]
[JsonSerializable(typeof(PaymentIncidentPage))]
internal sealed partial class PaymentJson : JsonSerializerContext;
