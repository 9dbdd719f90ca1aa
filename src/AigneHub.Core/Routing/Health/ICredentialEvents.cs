namespace AigneHub.Core.Routing.Health;

/// <summary>Is told when the vendors' verdict on a credential changes, so that it can be stored and shared.</summary>
public interface ICredentialEvents
{
    /// <summary>
    /// Called on the path of a model call, possibly by several at once: it must return at once and not throw. Cool-downs are
    /// not told: there may be many, and they are short (<see cref="HealthBoard.Export"/>).
    /// </summary>
    void Changed(HealthNotice notice);
}
