using System.Diagnostics;

namespace Gearpump.EndToEnd.Support;

/// <summary>Waits for an event, with a bound and its name.</summary>
internal static class WaitAsync
{
    // Only a broken run meets it.
    private static readonly TimeSpan Most = TimeSpan.FromMinutes(2);

    public static Task ForAsync(string what, Func<bool> happened) => ForAsync(what, () => Task.FromResult(happened()));

    public static async Task ForAsync(string what, Func<Task<bool>> happened)
    {
        var began = Stopwatch.GetTimestamp();
        while (!await happened())
        {
            if (Stopwatch.GetElapsedTime(began) > Most)
            {
                throw new TimeoutException($"waited {Most} for {what}");
            }

            await Task.Delay(2);
        }
    }
}
