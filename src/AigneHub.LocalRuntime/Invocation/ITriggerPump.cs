namespace AigneHub.LocalRuntime.Invocation;

/// <summary>What calls a function by itself.</summary>
internal interface ITriggerPump
{
    /// <summary>Takes work until the app stops and returns when the last invocation has ended. Never throws.</summary>
    Task RunAsync();
}
