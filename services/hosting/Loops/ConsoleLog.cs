using System.Globalization;
using Gearpump.Engine.Ports;

namespace Gearpump.Hosting.Loops;

/// <summary>A line of plain text for each event, on standard error.</summary>
internal sealed class ConsoleLog(string component, MachineLogLevel least)
{
    public void Write(MachineLogLevel level, string message)
    {
        if (level >= least)
        {
            var time = DateTime.Now.ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);
            Console.Error.WriteLine($"{time} {level.ToString().ToLowerInvariant()[..4]} {component}: {message}");
        }
    }
}
