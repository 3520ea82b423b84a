using Gearpump;
using Gearpump.Examples.OwnSource;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

// Counts the readings of each sensor of an archive: dotnet run -- --output out --readings 20000 --per-second 5000
var builder = Host.CreateApplicationBuilder(args);
var archive = new SensorArchive(builder.Configuration.GetValue("readings", 20_000L), builder.Configuration.GetValue("per-second", 5_000));
builder.AddGearpump("sensors", graph => graph
    .From("archive", archive, Serde.Utf8)
    .KeyBy(static reading => reading.Split(' ')[0])
    .Process("count", static () => new CountReadings())
    .ToFiles(Path.Combine(builder.Configuration["output"] ?? "out", "counts"), Serde.Utf8, Serde.DecimalText))
  .UseExactlyOnce(checkpointEvery: TimeSpan.FromSeconds(1));
return await builder.Build().RunGearpumpAsync();
