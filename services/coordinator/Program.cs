using Gearpump.Engine;
using Gearpump.Hosting;
using Gearpump.Hosting.Options;
using Gearpump.Hosting.Roles;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

// The coordinator of one job. It runs without the user's code: it learns the plan from the workers that register.
var configuration = new ConfigurationBuilder()
    .AddEnvironmentVariables()
    .AddInMemoryCollection([new("Gearpump:Role", "coordinator")])
    .AddCommandLine(args)
    .Build();
var (options, errors) = OptionsReader.Read(configuration);
if (errors.Count > 0)
{
    await Console.Error.WriteLineAsync(string.Join(Environment.NewLine, errors));
    return ExitCodes.Configuration;
}

try
{
    await using var services = new ServiceCollection().BuildServiceProvider();
    return await new JobProcess(options, services).RunCoordinatorAsync();
}
catch (ExitException e)
{
    await Console.Error.WriteLineAsync(e.Message);
    return e.Code;
}
