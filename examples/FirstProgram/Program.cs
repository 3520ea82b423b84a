using Gearpump;
using Microsoft.Extensions.Hosting;

var builder = Host.CreateApplicationBuilder(args);
builder.AddGearpump("first-program", graph => graph
    .FromFiles("text/*.txt", Serde.Utf8)
    .SelectMany("split", static line => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
    .KeyBy(static word => word)
    .Process("count", static () => new WordCount())
    .ToFiles("counts", Serde.Utf8, Serde.DecimalText))
  .UseExactlyOnce(checkpointEvery: TimeSpan.FromSeconds(5));
return await builder.Build().RunGearpumpAsync();

sealed class WordCount : PersistentTask<string, long, long>
{
    public override PersistentState<long> CreateState() => new NonWindowState<long>(Monoid.Sum<long>(), Serde.Int64);

    public override void ProcessMessage(PersistentState<long> state, Message<string> message, IEmitter<long> output)
    {
        state.Update(message.Timestamp, 1);
        output.Emit(state.Value);
    }
}
