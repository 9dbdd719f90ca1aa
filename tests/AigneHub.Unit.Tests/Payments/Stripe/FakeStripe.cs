using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace AigneHub.Testing;

/// <summary>
/// Stripe as far as the hub uses it: it checks every call, keeps what it is asked for, and says what happened in the events that
/// webhooks carry. Objects are as in https://docs.stripe.com/api at <see cref="ApiVersion"/>.
/// </summary>
internal sealed partial class FakeStripe(TimeProvider time)
{
    /// <summary>What Stripe.net 53.1.0 sends.</summary>
    public const string ApiVersion = "2026-10-28.endive";
    public const string SecretKey = "sk_test_fakestripe0123456789";
    public const string WebhookSecret = "whsec_fakestripe0123456789";

    private readonly Lock _lock = new();
    private readonly Dictionary<string, JsonObject> _objects = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (string Request, int Status, string Answer)> _answered = new(StringComparer.Ordinal);
    private readonly List<string> _events = [];
    private readonly List<string> _refused = [];
    private int _last;

    /// <summary>Answers 500 to everything, and does nothing.</summary>
    public bool IsDown { get; set; }

    /// <summary>So many POSTs are done and answered with 500.</summary>
    public int LosesAnswers { get; set; }

    /// <summary>Charges without the payer are refused.</summary>
    public bool Declines { get; set; }

    /// <summary>Charges are answered with 400.</summary>
    public bool RefusesCharges { get; set; }

    /// <summary>Charges without the payer take days: <see cref="FailProcessing"/>.</summary>
    public bool Processes { get; set; }

    /// <summary>The payloads of webhooks so far.</summary>
    public IReadOnlyList<string> Events
    {
        get
        {
            lock (_lock)
            {
                return [.. _events];
            }
        }
    }

    /// <summary>Calls that Stripe would have refused as wrong. Tests end with none.</summary>
    public IReadOnlyList<string> Refused
    {
        get
        {
            lock (_lock)
            {
                return [.. _refused];
            }
        }
    }

    /// <summary>A day is over: what comes under a known idempotency key is done anew.</summary>
    public void ForgetAnswers()
    {
        lock (_lock)
        {
            _answered.Clear();
        }
    }

    public IReadOnlyList<JsonObject> All(string kind)
    {
        lock (_lock)
        {
            return [.. _objects.Values.Where(o => o["object"]!.GetValue<string>() == kind)];
        }
    }

    /// <summary>The header <c>Stripe-Signature</c>: https://docs.stripe.com/webhooks#verify-manually.</summary>
    public static string Sign(string payload, DateTimeOffset at, string secret = WebhookSecret)
    {
        var seconds = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var mac = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{seconds}.{payload}"));
        return $"t={seconds},v1={Convert.ToHexStringLower(mac)}";
    }

    public (int Status, string Json) Answer(StripeCall call)
    {
        lock (_lock)
        {
            if (IsDown)
            {
                return (500, Error("api_error", null, "An unknown error occurred."));
            }

            if (call.Authorization != "Bearer " + SecretKey)
            {
                return Refuse(call, 401, "Invalid API Key provided.");
            }

            if (call.Version != ApiVersion)
            {
                return Refuse(call, 400, $"Invalid Stripe API version: {call.Version}");
            }

            if (StripeForms.WhatIsWrong(call) is { } wrong)
            {
                return Refuse(call, 400, wrong);
            }

            return call.Method == "POST" ? Post(call) : Get(call);
        }
    }

    private (int Status, string Json) Post(StripeCall call)
    {
        if (call.ContentType?.StartsWith("application/x-www-form-urlencoded", StringComparison.Ordinal) != true)
        {
            return Refuse(call, 400, $"Invalid content type: {call.ContentType}");
        }

        // Stripe takes POSTs without a key; the hub must not send any.
        if (call.IdempotencyKey is not { Length: > 0 and <= 255 } key)
        {
            return Refuse(call, 400, "No Idempotency-Key was sent.");
        }

        var request = call.Path + "\n" + call.Body;
        if (!_answered.TryGetValue(key, out var answered))
        {
            var (status, answer) = Do(call);
            _answered[key] = answered = (request, status, answer);
        }
        else if (answered.Request != request)
        {
            return (400, Error("idempotency_error", null, "Keys for idempotent requests can only be used with the same parameters."));
        }

        if (LosesAnswers > 0)
        {
            LosesAnswers--;
            return (500, Error("api_error", null, "An unknown error occurred."));
        }

        return (answered.Status, answered.Answer);
    }

    private (int Status, string Json) Refuse(StripeCall call, int status, string message)
    {
        _refused.Add($"{call.Method} {call.Path}: {message}");
        return (status, Error("invalid_request_error", null, message));
    }

    private static string Error(string type, string? code, string message, JsonObject? more = null)
    {
        var error = more ?? [];
        error["type"] = type;
        error["code"] = code;
        error["message"] = message;
        return new JsonObject { ["error"] = error }.ToJsonString();
    }

    private JsonObject Add(string prefix, string kind, JsonObject fields)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"{prefix}_{++_last}");
        fields["id"] = id;
        fields["object"] = kind;
        fields["created"] = Seconds(time.GetUtcNow());
        fields["livemode"] = false;
        _objects.Add(id, fields);
        return fields;
    }

    /// <summary>A snapshot of the object, as Stripe's events have.</summary>
    private void Tell(string type, JsonObject about)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"evt_{++_last}");
        _events.Add(new JsonObject
        {
            ["id"] = id,
            ["object"] = "event",
            ["api_version"] = ApiVersion,
            ["created"] = Seconds(time.GetUtcNow()),
            ["data"] = new JsonObject { ["object"] = about.DeepClone() },
            ["livemode"] = false,
            ["pending_webhooks"] = 1,
            ["request"] = new JsonObject { ["id"] = null, ["idempotency_key"] = null },
            ["type"] = type,
        }.ToJsonString());
    }

    private JsonObject One(string id) => _objects[id];

    private static string? Text(JsonObject of, string name) => of[name]?.GetValue<string>();

    private static long Number(JsonObject of, string name) => of[name]!.GetValue<long>();

    private static long Seconds(DateTimeOffset at) => at.ToUnixTimeSeconds();

    private static JsonObject List(IEnumerable<JsonObject> items) => new()
    {
        ["object"] = "list",
        ["data"] = new JsonArray([.. items.Select(item => item.DeepClone())]),
        ["has_more"] = false,
        ["url"] = "/v1/list",
    };
}
