namespace AigneHub.Core.Routing.Health;

/// <summary>A target with one of its credentials: what one attempt uses.</summary>
internal sealed class Lane(
    RouteTarget target, CredentialEntry credential, TargetState speed, CredentialState holder, RouteState route)
{
    public RouteTarget Target { get; } = target;
    public CredentialEntry Credential { get; } = credential;
    public TargetState Speed { get; } = speed;
    public CredentialState Holder { get; } = holder;
    public RouteState Route { get; } = route;

    public long FreeAt(long now) => Math.Max(Holder.Gate.FreeAt(now), Route.Gate.FreeAt(now));

    /// <summary>The vendor doesn't accept the credential.</summary>
    public bool IsRefused(long now) => Holder.Gate.Read(now).IsRefusal || Route.Gate.Read(now).IsRefusal;

    public bool TryEnter(long now, out Permits permits)
    {
        permits = Permits.None;
        if (Holder.Gate.IsClear && Route.Gate.IsClear)
        {
            return true;
        }

        var holder = Holder.Gate.TryEnter(now);
        if (holder == GatePass.Refused)
        {
            return false;
        }

        var route = Route.Gate.TryEnter(now);
        if (route == GatePass.Refused)
        {
            if (holder == GatePass.Probe)
            {
                Holder.Gate.GiveBack();
            }

            return false;
        }

        permits = (holder == GatePass.Probe ? Permits.HolderProbe : Permits.None)
            | (route == GatePass.Probe ? Permits.RouteProbe : Permits.None);
        return true;
    }
}
