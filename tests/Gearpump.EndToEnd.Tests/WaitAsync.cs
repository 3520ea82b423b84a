using System.Diagnostics;

namespace Gearpump.EndToEnd;

/// <summary>Waits for an event, with a bound and its name.</summary>
internal static class WaitAsync
{
    private static readonly TimeSpan Most = TimeSpan.FromMinutes(2);

    public static async Task ForAsync(string what, Func<bool> happened)
    {
        var began = Stopwatch.GetTimestamp();
        while (!happened())
        {
            if (Stopwatch.GetElapsedTime(began) > Most)
            {
                throw new TimeoutException($"waited {Most} for {what}");
            }

            await Task.Delay(2);
        }
    }
}
