using static AigneHub.Hub.Tests.Faults.Wire;

namespace AigneHub.Hub.Tests.Faults;

/// <summary>Calls of a bare model name that two providers serve: what is tried elsewhere, and what is not.</summary>
internal static class FailoverFaults
{
    private const string Group = "Two providers serve the model; the second one answers";
    private const string BothFail = "Two providers serve the model; the second one fails too";

    public static IEnumerable<FaultCase> Of(CallKind call) =>
    [
        Case(call, "reset before the headers", ResetAsync),
        Case(call, "401", Status("401 Unauthorized")),
        Case(call, "400", Status("400 Bad Request")),
        Case(call, "404", Status("404 Not Found")),
        Case(call, "429", Status("429 Too Many Requests")),
        Case(call, "500", Status("500 Internal Server Error")),
        Case(call, "503", Status("503 Service Unavailable")),
        Case(call, "redirect", Says(Whole("", status: "307 Temporary Redirect", headers: $"Location: {Elsewhere}\r\n"))),
        Case(call, "HTML with status 200", Says(Whole("<html></html>", "text/html"))),
        Case(call, "closed before the first byte of the body", SaysAndCloses(call == CallKind.Json ? Whole(Answer)[..^Answer.Length] : StreamHead)),
        Case(call, "silence before the headers", SaysAndFallsSilent("")) with { Pace = Pace.AgainstSilence },
        new(BothFail, "500, then 429 with Retry-After", call, Status("500 Internal Server Error"))
            { Second = Says(Whole("{}", status: "429 Too Many Requests", headers: "Retry-After: 17\r\n")) },
        new(BothFail, "reset, then 400", call, ResetAsync) { Second = Status("400 Bad Request") },
        .. call == CallKind.Json
            ? new[]
            {
                Case(call, "body cut", SaysAndCloses(Whole(Answer)[..^30])),
                Case(call, "error with status 200", Says(Whole("""{"error":{"message":"no","type":"server_error"}}"""))),
                Case(call, "error 400 with status 200", Says(Whole("""{"error":{"message":"Prompt is too long","code":400}}"""))),
            }
            :
            [
                Case(call, "first event is an error", Streams(Event("""{"error":{"message":"no","type":"server_error"}}"""))),
                Case(call, "first event is error 400", Streams(Event("""{"error":{"message":"Prompt is too long","code":400}}"""))),
                Case(call, "empty 200", Streams()),
                Case(call, "reset after the first event", StreamsThen([First], ResetAsync)),
                Case(call, "error after the first event", Streams(First, Event("""{"error":{"message":"no","type":"server_error"}}"""))),
            ],
    ];

    private static FaultCase Case(CallKind call, string fault, Script script) =>
        new(Group, fault, call, script) { Second = ConnectionFaults.AnswerTo(call) };

    private static Script Status(string status) => Says(Whole("""{"error":{"message":"What the vendor said","type":"x","param":null,"code":null}}""", status: status));
}
