using System.Diagnostics;
using Gearpump.Engine;

namespace Gearpump.Hosting.Roles;

/// <summary>Reaches what a process needs at start: with back-off, lines that say for what, and an end.</summary>
internal static class StartUp
{
    private const int FirstDelayMs = 200;
    private const int DelayMostMs = 5_000;
    private static readonly TimeSpan SayEvery = TimeSpan.FromSeconds(10);

    /// <exception cref="ExitException">It was not reached in time (69), or refuses for good (78).</exception>
    public static async Task<T> ReachAsync<T>(string what, Func<CancellationToken, Task<T>> reach, TimeSpan most, CancellationToken cancellation = default)
    {
        var began = Stopwatch.GetTimestamp();
        var said = (Message: "", At: 0L);
        for (var delayMs = FirstDelayMs; ; delayMs = Math.Min(DelayMostMs, delayMs * 2))
        {
            try
            {
                return await reach(cancellation).ConfigureAwait(false);
            }
            catch (RefusedException e)
            {
                throw new ExitException(ExitCodes.Configuration, $"{what}: {e.Message}", e);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                if (Stopwatch.GetElapsedTime(began).TotalMilliseconds + delayMs > most.TotalMilliseconds)
                {
                    throw new ExitException(ExitCodes.Unavailable, $"{what} could not be reached within {most.TotalSeconds:0.#} s: {e.Message}", e);
                }

                if (said.Message != e.Message || Stopwatch.GetElapsedTime(said.At) > SayEvery)
                {
                    said = (e.Message, Stopwatch.GetTimestamp());
                    await Console.Error.WriteLineAsync($"waiting for {what}: {e.Message}").ConfigureAwait(false);
                }
            }

            await Task.Delay(delayMs, cancellation).ConfigureAwait(false);
        }
    }
}
