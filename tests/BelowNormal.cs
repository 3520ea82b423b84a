using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Gearpump.Testing;

/// <summary>
/// Linked into the suites that compute on every core for minutes: the end-to-end tests, which run beside them and have deadlines to
/// keep, go first.
/// </summary>
internal static class BelowNormal
{
    [ModuleInitializer]
    internal static void Enter()
    {
        using var self = Process.GetCurrentProcess();
        self.PriorityClass = ProcessPriorityClass.BelowNormal;
    }
}
