using System.Diagnostics;

namespace Gearpump.Faults.Tests.Support;

/// <summary>Waits for events, with a bound that only a broken run meets.</summary>
internal static class Wait
{
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(120);

    /// <exception cref="TimeoutException">It names the event that is missing.</exception>
    public static async Task ForAsync(string what, Func<Task<bool>> happened, int everyMs = 20)
    {
        var began = Stopwatch.GetTimestamp();
        while (!await happened())
        {
            if (Stopwatch.GetElapsedTime(began) > Most)
            {
                throw new TimeoutException($"waited {Most.TotalSeconds} s in vain for: {what}");
            }

            await Task.Delay(everyMs);
        }
    }

    public static async Task<T> ForAsync<T>(string what, Task<T> task)
    {
        try
        {
            return await task.WaitAsync(Most * 3);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"waited in vain for: {what}", e);
        }
    }
}
