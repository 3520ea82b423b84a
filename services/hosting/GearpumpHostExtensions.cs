using Gearpump.Engine;
using Gearpump.Hosting;
using Gearpump.Hosting.Options;
using Gearpump.Hosting.Roles;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Gearpump;

/// <summary>Gearpump in a program of the generic host.</summary>
public static class GearpumpHostExtensions
{
    /// <summary>Declares the program's job.</summary>
    public static GearpumpBuilder AddGearpump(this IHostApplicationBuilder builder, string job, Action<GraphBuilder> graph)
    {
        var gearpump = new GearpumpBuilder(job, graph);
        builder.Services.AddSingleton(gearpump);
        return gearpump;
    }

    /// <summary>Runs the job, or the role in it that the configuration says, and returns the exit code.</summary>
    public static async Task<int> RunGearpumpAsync(this IHost host)
    {
        try
        {
            var (options, errors) = OptionsReader.Read(host.Services.GetRequiredService<IConfiguration>());
            if (errors.Count > 0)
            {
                throw new ExitException(ExitCodes.Configuration, string.Join(Environment.NewLine, errors));
            }

            var gearpump = host.Services.GetRequiredService<GearpumpBuilder>();
            var settings = gearpump.Settings with
            {
                CheckpointInterval = options.CheckpointInterval ?? gearpump.Settings.CheckpointInterval,
                Delivery = options.Delivery ?? gearpump.Settings.Delivery,
                BadInput = options.BadInput ?? gearpump.Settings.BadInput,
                RecordBytesMax = options.RecordBytesMax ?? gearpump.Settings.RecordBytesMax,
            };
            var graph = gearpump.Build(settings);
            if (options.Plan)
            {
                Console.WriteLine(graph.Describe());
                return ExitCodes.Success;
            }

            return await new JobProcess(options, host.Services).RunAsync(graph).ConfigureAwait(false);
        }
        catch (GraphException e)
        {
            await Console.Error.WriteLineAsync(e.Message).ConfigureAwait(false);
            return ExitCodes.Configuration;
        }
        catch (ExitException e)
        {
            await Console.Error.WriteLineAsync(e.Message).ConfigureAwait(false);
            return e.Code;
        }
    }
}
