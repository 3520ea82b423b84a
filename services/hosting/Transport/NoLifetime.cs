using Microsoft.Extensions.Hosting;

namespace Gearpump.Hosting.Transport;

/// <summary>A listener heeds no signals: the process decides what they mean.</summary>
internal sealed class NoLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
