using AigneHub.Core.Keys;

namespace AigneHub.Gateway.Authentication;

/// <summary>Who makes a call.</summary>
public sealed record Caller(KeyRecord Key)
{
    public string Account => Key.Account;

    public bool IsAdministrator => Key.Role == KeyRole.Administrator;
}
