using Gearpump;
using Gearpump.Examples.WordCount;
using Gearpump.Hosting.Launch;
using Microsoft.Extensions.Hosting;

if (new WordCountCommand().Read(args) is var (options, exitCode) && options is null)
{
    return exitCode;
}

var isRole = options.Engine.Any(arg => arg.StartsWith("--Gearpump:Role=", StringComparison.OrdinalIgnoreCase));
if (options.Processes > 0 && !isRole && !options.Plan)
{
    return await WordCountRun.WithProcessesAsync(options, args);
}

var builder = WordCountRun.CreateBuilder(options, fresh: options.Fresh && !isRole);
builder.AddGearpump("word-count", graph => WordCountPipeline.Declare(graph, options));
var code = await builder.Build().RunGearpumpAsync();
return isRole || options.Plan ? code : await WordCountRun.FinishAsync(options, WordCountRun.ReadOptions(builder), code);
