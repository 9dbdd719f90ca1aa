using AigneHub.Core.Accounts;
using AigneHub.Core.Keys;

namespace AigneHub.Gateway.Authentication;

/// <summary>Who makes a call.</summary>
/// <param name="Terms">What its calls are charged to and limited by.</param>
public sealed record Caller(KeyRecord Key, CallTerms Terms)
{
    public string Account => Key.Account;

    public bool IsAdministrator => Key.Role == KeyRole.Administrator;

    public bool MayPay => IsAdministrator || Key.MayPay;
}
