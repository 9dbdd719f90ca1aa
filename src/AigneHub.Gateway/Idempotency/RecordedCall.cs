using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace AigneHub.Gateway.Idempotency;

/// <summary>
/// A call whose answer is recorded while it is sent, so that a client that lost its connection can have all of it. Without any
/// client it goes on for a while; then it is told that the client is gone. Thread-safe.
/// </summary>
internal sealed class RecordedCall : IDisposable
{
    /// <summary>A longer answer is not kept, and its call ends with its client.</summary>
    private const int BytesMax = 4 * 1024 * 1024;

    /// <summary>Of a call that would be paid by the second of video again.</summary>
    private const int VideoBytesMax = 48 * 1024 * 1024;

    private readonly Lock _lock = new();
    private readonly Exchange _exchange;
    private readonly RecordingMemory _memory;
    private readonly TimeSpan _window;
    private readonly TimeProvider _time;
    private readonly Action _forget;
    private readonly CancellationTokenSource _gone;
    private readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<byte[]> _pieces = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private KeyValuePair<string, StringValues>[] _headers = [];
    private int _status;
    private int _bytes;
    private int _clients = 1;
    private bool _ended;
    private bool _broken;
    private bool _dropped;

    /// <param name="forget">Called once nobody can have the answer any more, maybe more than once.</param>
    public RecordedCall(Exchange exchange, RecordingMemory memory, TimeProvider time, TimeSpan window, Action forget)
    {
        (_exchange, _memory, _time, _window, _forget) = (exchange, memory, time, window, forget);
        _gone = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
    }

    public bool IsLeft => _left.Task.IsCompleted;

    /// <summary>From now on the call has this in place of its client's connection.</summary>
    public void Begin()
    {
        var http = _exchange.Http;
        var body = http.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        http.Features.Set<IHttpResponseBodyFeature>(
            new StreamResponseBodyFeature(new RecordingStream(this, body.Stream, _exchange.ClientLeft), body));
        http.RequestAborted = _gone.Token;
        _gone.Token.UnsafeRegister(_ => Drop(), null);
        _exchange.ClientLeft.UnsafeRegister(_ => Leave(), null);
    }

    /// <summary>Whether no client has the call any more, or soon has not.</summary>
    public async Task<bool> IsLeftAsync(TimeSpan soon)
    {
        await _left.Task.WaitAsync(soon, _time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return IsLeft;
    }

    /// <summary>
    /// Answers another client with all of the answer, as it comes. False, and nothing sent, when it can't be had any more.
    /// </summary>
    /// <exception cref="AnswerBrokenException">The answer has broken off.</exception>
    public async Task<bool> PlayAsync(Exchange other)
    {
        if (!TryEnter())
        {
            return false;
        }

        var left = other.ClientLeft;
        var leaving = left.UnsafeRegister(_ => Leave(), null);
        try
        {
            return await CopyAsync(other.Http.Response, left);
        }
        finally
        {
            if (leaving.Unregister())
            {
                Finish();
            }
        }
    }

    /// <summary>There will be no more of the answer.</summary>
    /// <param name="broken">It is not whole.</param>
    public void End(bool broken)
    {
        bool isHad;
        lock (_lock)
        {
            (_ended, _broken) = (true, broken);
            isHad = !IsLeft;
            Change();
        }

        if (isHad)
        {
            Drop();
        }
    }

    public void Dispose() => _gone.Dispose();

    internal void Add(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return;
        }

        lock (_lock)
        {
            if (_dropped)
            {
                return;
            }

            if (_bytes + bytes.Length <= (_exchange.Front.Shape.AwaitsVideo ? VideoBytesMax : BytesMax) && _memory.TryTake(bytes.Length))
            {
                if (_pieces.Count == 0)
                {
                    var response = _exchange.Http.Response;
                    (_status, _headers) = (response.StatusCode, [.. response.Headers]);
                }

                _pieces.Add(bytes.ToArray());
                _bytes += bytes.Length;
                Change();
                return;
            }
        }

        Drop();
    }

    private async Task<bool> CopyAsync(HttpResponse response, CancellationToken left)
    {
        for (var next = 0; ;)
        {
            if (Piece(next, response) is { } piece)
            {
                next++;
                await response.Body.WriteAsync(piece, left);
                await response.Body.FlushAsync(left);
            }
            else if (IsOver(next, out var changed))
            {
                return _broken && next > 0 ? throw new AnswerBrokenException(_exchange.RequestId, "upstream_stream_broken") : next > 0;
            }
            else
            {
                await changed.WaitAsync(left);
            }
        }
    }

    private bool TryEnter()
    {
        lock (_lock)
        {
            if (_dropped || _gone.IsCancellationRequested)
            {
                return false;
            }

            _clients++;
            _gone.CancelAfter(Timeout.InfiniteTimeSpan);
            return true;
        }
    }

    /// <summary>The copying to a client has ended.</summary>
    private void Finish()
    {
        lock (_lock)
        {
            if (--_clients > 0)
            {
                return;
            }

            if (!_ended)
            {
                // It has left: its going was not heard, for the copying ended first.
                _gone.CancelAfter(_window);
                return;
            }
        }

        Drop();
    }

    private void Leave()
    {
        lock (_lock)
        {
            if (--_clients > 0)
            {
                return;
            }

            _left.TrySetResult();
            if (!_dropped)
            {
                _gone.CancelAfter(_window);
                return;
            }
        }

        _gone.Cancel();
    }

    /// <summary>The piece, with the answer's status and headers set on the response at the first; null when it isn't there.</summary>
    private byte[]? Piece(int index, HttpResponse response)
    {
        lock (_lock)
        {
            if (_dropped || index >= _pieces.Count)
            {
                return null;
            }

            if (index == 0)
            {
                response.StatusCode = _status;
                foreach (var (name, value) in _headers)
                {
                    response.Headers[name] = value;
                }

                response.Headers["Idempotent-Replayed"] = "true";
            }

            return _pieces[index];
        }
    }

    private bool IsOver(int next, out Task changed)
    {
        lock (_lock)
        {
            changed = _changed.Task;
            _broken |= _dropped;
            return _dropped || (_ended && next >= _pieces.Count);
        }
    }

    private void Drop()
    {
        lock (_lock)
        {
            if (_dropped)
            {
                return;
            }

            _dropped = true;
            _pieces.Clear();
            _memory.Release(_bytes);
            Change();
        }

        _forget();
        if (IsLeft)
        {
            _gone.Cancel();
        }
    }

    private void Change()
    {
        _changed.TrySetResult();
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
