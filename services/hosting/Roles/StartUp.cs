using System.Diagnostics;
using Gearpump.Engine;

namespace Gearpump.Hosting.Roles;

/// <summary>Reaches what a process needs at start: with back-off, a line that says for what, and an end.</summary>
internal static class StartUp
{
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(60);

    /// <exception cref="ExitException">It was not reached within a minute (69), or refuses for good (78).</exception>
    public static async Task<T> ReachAsync<T>(string what, Func<CancellationToken, Task<T>> reach, CancellationToken cancellation)
    {
        var began = Stopwatch.GetTimestamp();
        for (var delay = TimeSpan.FromMilliseconds(200); ; delay = TimeSpan.FromMilliseconds(Math.Min(5_000, delay.TotalMilliseconds * 2)))
        {
            try
            {
                return await reach(cancellation).ConfigureAwait(false);
            }
            catch (NotSupportedException e)
            {
                throw new ExitException(ExitCodes.Configuration, e.Message, e);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                if (Stopwatch.GetElapsedTime(began) + delay > Most)
                {
                    throw new ExitException(ExitCodes.Unavailable, $"{what} could not be reached within {Most.TotalSeconds} s: {e.Message}", e);
                }

                await Console.Error.WriteLineAsync($"waiting for {what}: {e.Message}").ConfigureAwait(false);
            }

            await Task.Delay(delay, cancellation).ConfigureAwait(false);
        }
    }
}
