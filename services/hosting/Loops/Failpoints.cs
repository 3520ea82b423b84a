using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Gearpump.Hosting.Loops;

/// <summary>
/// Named places where a test build kills or stops the process: <c>GEARPUMP_FAILPOINTS="name=kill,name=sleep:200@3"</c>; the
/// action (kill, stop, sleep:MS, touch:FILE) happens at every pass, or with @k at the k-th alone. Compiled into Debug builds only.
/// </summary>
internal static class Failpoints
{
#if FAILPOINTS
    private const int SigStop = 19;
    private static readonly (string Name, string Action, int Pass)[] Set = Parse(Environment.GetEnvironmentVariable("GEARPUMP_FAILPOINTS"));
    private static readonly Dictionary<string, int> Passes = new(StringComparer.Ordinal);
    private static readonly Lock Gate = new();

    public static void Pass(string name)
    {
        if (Set.Length == 0)
        {
            return;
        }

        int pass;
        lock (Gate)
        {
            pass = Passes[name] = Passes.GetValueOrDefault(name) + 1;
        }

        foreach (var point in Set)
        {
            if (point.Name == name && (point.Pass == 0 || point.Pass == pass))
            {
                Act(point.Action);
            }
        }
    }

    private static (string, string, int)[] Parse(string? text) => (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries).Select(point =>
    {
        var (name, rest) = (point[..point.IndexOf('=')], point[(point.IndexOf('=') + 1)..]);
        var at = rest.LastIndexOf('@');
        return at < 0 ? (name, rest, 0) : (name, rest[..at], int.Parse(rest[(at + 1)..], CultureInfo.InvariantCulture));
    }).ToArray();

    private static void Act(string action)
    {
        if (action.StartsWith("sleep:", StringComparison.Ordinal))
        {
            Thread.Sleep(int.Parse(action.AsSpan(6), CultureInfo.InvariantCulture));
        }
        else if (action.StartsWith("touch:", StringComparison.Ordinal))
        {
            File.WriteAllText(action[6..], "");
        }
        else if (action == "stop")
        {
            _ = Signal(Environment.ProcessId, SigStop);
        }
        else
        {
            // At once: no other thread may get further than this one.
            Process.GetCurrentProcess().Kill();
            Thread.Sleep(Timeout.Infinite);
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Signal(int process, int signal);
#else
    public static void Pass(string name)
    {
        // Not a test build.
    }
#endif
}
