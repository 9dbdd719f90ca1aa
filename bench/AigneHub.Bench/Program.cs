using AigneHub.Bench;
using AigneHub.Bench.Commands;
using AigneHub.Bench.Micro;
using AigneHub.Bench.Roles;

if (args is not [var command, .. var rest])
{
    Console.Error.WriteLine("Commands: compare, translated, storage-ops, settle, soak, startup, micro; bench/README.md says what they measure.");
    return 1;
}

var arguments = Arguments.Parse(rest);
return command switch
{
    "compare" => await Compare.RunAsync(arguments),
    "translated" => await Translated.RunAsync(arguments),
    "storage-ops" => await StorageOperations.RunAsync(arguments),
    "settle" => await Settlement.RunAsync(arguments),
    "soak" => await Soak.RunAsync(arguments),
    "startup" => await Startup.RunAsync(arguments),
    "micro" => MicroBenchmarks.Run(rest),
    MockUpstream.Role => await MockUpstream.RunAsync(arguments),
    PlainProxy.Role => await PlainProxy.RunAsync(arguments),
    _ => throw new ArgumentException($"There is no command '{command}'."),
};
