using AigneHub.Core.Idempotency;
using AigneHub.Core.Jobs;
using AigneHub.Core.Leases;
using AigneHub.Core.Limits;
using AigneHub.Core.Pricing;
using AigneHub.Core.Routing;
using AigneHub.Core.Routing.Health;
using AigneHub.Core.Usage;
using AigneHub.Gateway.Authentication;
using AigneHub.Gateway.Bodies;
using AigneHub.Gateway.Credit;
using AigneHub.Gateway.Fronts;
using AigneHub.Gateway.Idempotency;
using AigneHub.Gateway.Telemetry;
using AigneHub.Providers;
using Microsoft.AspNetCore.Http;

namespace AigneHub.Gateway;

/// <summary>The state of one model call, filled step by step by <see cref="GatewayHandler"/>.</summary>
internal sealed class Exchange(ModelCall call, HttpContext http, Guid id, TimeProvider time)
{
    private readonly long _started = time.GetTimestamp();
    private readonly List<AttemptRecord> _attempts = new(1);
    private AttemptSequence? _sequence;
    private RequestDemand? _demand;
    private long _attemptStarted;
    private bool _awaitsContent;
    private TimeSpan _upstreamWait;

    public ModelCall Call { get; private set; } = call;
    public ModelFront Front => Call.Front;
    public HttpContext Http { get; } = http;

    /// <summary>The client's connection has ended, which a call may outlive.</summary>
    public CancellationToken ClientLeft { get; } = http.RequestAborted;

    /// <summary>The name that the client gave the call, while the call runs; null for none.</summary>
    public IdempotentCall? Idempotent { get; private set; }

    public DateTimeOffset StartedAt { get; } = time.GetUtcNow();

    /// <summary>What the call's rate limits know of it; null when it has none.</summary>
    public LimitPass? Limits { get; set; }

    /// <summary>What of the request the target's API could not take over: names of members in the client's API.</summary>
    public IReadOnlyList<string> Warnings { get; set; } = [];

    /// <summary>UUID v7: the request id, and the usage event's id.</summary>
    public Guid Id { get; } = id;

    public string RequestId { get; } = id.ToString("N");

    public Caller Caller { get; set; } = null!;

    public RequestBody Body
    {
        get;
        set
        {
            field = value;
            _demand = null;
        }
    } = null!;

    /// <summary>What decides how much the call may cost and use; read when it is first asked for.</summary>
    public RequestDemand Demand => _demand ??= RequestDemand.Read(Front.Api, Body.Bytes.Span);

    public RequestHead Head { get; set; } = null!;
    public RoutePlan Plan { get; set; } = null!;

    /// <summary>The target that is tried or has answered; the plan's first before any was tried.</summary>
    public RouteTarget Target { get; set; } = null!;

    /// <summary>Of the attempt.</summary>
    public CredentialEntry Credential { get; private set; } = null!;

    /// <summary>
    /// What the attempt's answer has cost, known before the client gets any of it or it is kept: it is charged even if handing it
    /// on fails unexpectedly. Null before.
    /// </summary>
    public (TokenUsage Usage, bool Estimated)? Consumed { get; set; }

    /// <summary>What the attempt asked for of images.</summary>
    public ReturnedForm Form { get; set; }

    /// <summary>What the call holds of its purses; null where none binds it.</summary>
    public Reservation? Reservation { get; set; }

    /// <summary>
    /// Output tokens that are reserved for an answer, and which no request that is sent may go beyond; null where nothing is.
    /// </summary>
    public int? OutputTokens { get; set; }

    /// <summary>The model that has answered, by the vendor's own word; null where it is not known.</summary>
    public string? AnsweredBy { get; set; }

    /// <summary>The answer's id, the vendor's own; null where it is not read.</summary>
    public string? AnswerId { get; set; }

    /// <summary>What has begun for the call; null for calls that make no video.</summary>
    public VideoJob? Video { get; set; }

    public IReadOnlyList<AttemptRecord> Attempts => _attempts;

    /// <summary>Names the conversation where its calls should stay together; null where they need not.</summary>
    public ulong? AffinityKey { get; set; }

    /// <summary>Milliseconds to the first byte of the answer sent to the client.</summary>
    public int? FirstByteMilliseconds => FirstByte is { } after ? (int)after.TotalMilliseconds : null;

    /// <summary>From the call's arrival to the first byte of the answer sent to the client; keep-alive comments are none of it.</summary>
    public TimeSpan? FirstByte { get; private set; }

    /// <summary>Of <see cref="FirstByte"/>, what was not spent waiting for vendors; null before it.</summary>
    public TimeSpan? Overhead { get; private set; }

    public int UpstreamMilliseconds { get; private set; }

    /// <summary>Since the call's arrival.</summary>
    public TimeSpan Elapsed => time.GetElapsedTime(_started);

    public int ElapsedMilliseconds => (int)Elapsed.TotalMilliseconds;

    /// <summary>Until now, what was spent waiting for vendors' answers to begin; for the end of whole ones.</summary>
    public TimeSpan UpstreamWait => _upstreamWait + (_awaitsContent ? AttemptElapsed : TimeSpan.Zero);

    /// <summary>What telemetry knows of the call.</summary>
    public CallTrace Trace { get; } = new();

    /// <summary>The answer comes as it is made, so that its headers say nothing of its end.</summary>
    public bool IsStreamed => Head.Stream || Front.Shape.AnswersBytes;

    /// <summary>The answer that has begun is bytes of a file: no event can be put into it.</summary>
    public bool SendsBytes { get; set; }

    /// <summary>
    /// Nobody else makes the call that the client has named. What can be kept is waited for though the client leaves: its repeat gets it.
    /// </summary>
    public void Begun(IdempotentCall call)
    {
        Idempotent = call;
        if (!Head.Stream)
        {
            Http.RequestAborted = CancellationToken.None;
        }
    }

    /// <summary>The call's answer is recorded for a client that loses its connection; null when it is not.</summary>
    public RecordedCall? Recorded { get; private set; }

    public void Record(RecordedCall call)
    {
        Recorded = call;
        call.Begin();
    }

    /// <summary>The body has images to work on, which an API of its own may take.</summary>
    public void TakeInputImages() => Call = Front.WithInputImages is { } front ? Call with { Front = front } : Call;

    /// <summary>What became of the named call is remembered.</summary>
    public void Ended() => Idempotent = null;

    public void AddAttempt(AttemptRecord attempt)
    {
        _attempts.Add(attempt);
        if (attempt.Failure is not null)
        {
            MarkReceived();
        }

        UpstreamMilliseconds += attempt.Milliseconds;
    }

    /// <summary>The next attempt goes to a target.</summary>
    /// <param name="sequence">Learns when its first byte has come.</param>
    public void BeginAttempt(RouteTarget target, CredentialEntry credential, AttemptSequence sequence)
    {
        Target = target;
        Credential = credential;
        Consumed = null;
        MarkReceived();
        _awaitsContent = true;
        AnsweredBy = null;
        AnswerId = null;
        _sequence = sequence;
        _attemptStarted = time.GetTimestamp();
    }

    /// <summary>Since the attempt began.</summary>
    public TimeSpan AttemptElapsed => time.GetElapsedTime(_attemptStarted);

    /// <summary>The first piece of the attempt's answer has come, announcements and comments apart.</summary>
    public void MarkContent()
    {
        MarkReceived();
        _sequence?.FirstByte(AttemptElapsed);
        _sequence = null;
    }

    /// <summary>Nothing more is waited for: a whole answer has been read, or the attempt has failed.</summary>
    public void MarkReceived()
    {
        if (_awaitsContent)
        {
            _upstreamWait += AttemptElapsed;
            _awaitsContent = false;
        }
    }

    /// <summary>The attempt recorded last failed after its headers.</summary>
    public void FailLastAttempt(string failure) => _attempts[^1] = _attempts[^1] with { Failure = failure };

    public void MarkFirstByte()
    {
        if (FirstByte is null)
        {
            FirstByte = Elapsed;
            Overhead = FirstByte - UpstreamWait;
        }
    }
}
