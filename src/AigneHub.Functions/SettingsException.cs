namespace AigneHub.Functions;

/// <summary>A setting is missing or wrong: the hub must not start. The message names the setting and never its value.</summary>
public sealed class SettingsException(string message) : Exception(message);
