namespace AigneHub.Wire.Aigne;

/// <summary>The body of an error of AIGNE's API.</summary>
public sealed record AigneErrorBody(AigneError Error);

/// <param name="Type"><c>NOT_ENOUGH</c> for want of credits, else the hub's code, e.g. <c>model_not_found</c>.</param>
/// <param name="Timestamp">When the call came, ISO 8601.</param>
/// <param name="Code">The hub's code.</param>
/// <param name="Param">The member at fault; absent for none.</param>
/// <param name="Link">Where credits are bought; only for want of them.</param>
public sealed record AigneError(
    string Message, string Type, DateTimeOffset Timestamp, string Code, string? Param, string? Link = null, Shortage? Shortage = null);

/// <summary>The data of <c>event: error</c> in the middle of a stream of AIGNE's chat.</summary>
public sealed record AigneErrorEvent(string Message, string Type);
