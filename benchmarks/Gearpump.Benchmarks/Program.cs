using System.CommandLine;
using Gearpump.Benchmarks;

var words = new Option<long>("--words") { DefaultValueFactory = _ => 30_000_000, Description = "Words that each run counts" };
var rounds = new Option<int>("--rounds") { DefaultValueFactory = _ => 3, Description = "How often each is measured, in turn" };
var server = new Option<bool>(RawGrpc.ServerFlag) { Hidden = true };
var root = new RootCommand("Words a second of the word count, embedded and in four processes, beside raw gRPC, all in one run.") { words, rounds, server };
root.SetAction((result, cancellation) => result.GetValue(server)
    ? RawGrpc.ServeAsync(cancellation)
    : Comparison.RunAsync(result.GetValue(words), result.GetValue(rounds), cancellation));
return await root.Parse(args).InvokeAsync();
