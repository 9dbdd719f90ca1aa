using System.Text;

namespace AigneHub.Hub.Tests.Faults;

/// <summary>What the client of a call has received so far, for a vendor that waits for it.</summary>
internal sealed class Hearing
{
    private readonly Lock _lock = new();
    private readonly StringBuilder _received = new();
    private readonly List<(string Text, TaskCompletionSource Heard)> _waiting = [];

    public void Add(ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            _received.Append(Encoding.Latin1.GetString(bytes));
            if (_waiting.Count > 0)
            {
                var received = _received.ToString();
                _waiting.RemoveAll(w => received.Contains(w.Text, StringComparison.Ordinal) && w.Heard.TrySetResult());
            }
        }
    }

    /// <param name="text">Must be ASCII.</param>
    public Task WaitForAsync(string text)
    {
        lock (_lock)
        {
            if (_received.ToString().Contains(text, StringComparison.Ordinal))
            {
                return Task.CompletedTask;
            }

            var heard = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((text, heard));
            return heard.Task;
        }
    }
}
