using AigneHub.Providers;
using AigneHub.Translation.Model;

namespace AigneHub.Unit.Tests.Translation;

/// <summary>What an answer said, however it came.</summary>
internal sealed record Told(string Text, string Reasoning, string Calls, FinishReason Finish, TokenUsage? Usage);
