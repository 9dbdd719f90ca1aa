namespace AigneHub.Providers.Simulation;

/// <summary>How a simulated model behaves.</summary>
internal enum SimulatedBehaviour
{
    Text,
    Tool,
    RateLimited,
    ServerError,
    CutMidStream,
    Hang,
    HangMidStream,
}

/// <param name="TokenMilliseconds">Pace unless the request sets one.</param>
internal sealed record SimulatedModel(string Id, string Name, SimulatedBehaviour Behaviour, int TokenMilliseconds)
{
    private const int DefaultPace = 20;

    public static IReadOnlyList<SimulatedModel> All { get; } =
    [
        new("chat", "Simulated chat", SimulatedBehaviour.Text, DefaultPace),
        new("chat-fast", "Simulated chat without pauses", SimulatedBehaviour.Text, 0),
        new("chat-slow", "Simulated slow chat", SimulatedBehaviour.Text, 250),
        new("tool", "Simulated tool call", SimulatedBehaviour.Tool, DefaultPace),
        new("fail-429", "Simulated rate limit", SimulatedBehaviour.RateLimited, 0),
        new("fail-500", "Simulated server error", SimulatedBehaviour.ServerError, 0),
        new("cut-mid-stream", "Simulated broken connection", SimulatedBehaviour.CutMidStream, DefaultPace),
        new("hang", "Simulated silence", SimulatedBehaviour.Hang, 0),
        new("hang-mid-stream", "Simulated silence in mid-answer", SimulatedBehaviour.HangMidStream, DefaultPace),
    ];

    public static SimulatedModel? Find(string id) => All.FirstOrDefault(model => model.Id == id);
}
