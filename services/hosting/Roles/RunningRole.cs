using Microsoft.AspNetCore.Builder;

namespace Gearpump.Hosting.Roles;

/// <summary>A role that runs, and where it listens.</summary>
internal sealed record RunningRole<THost>(WebApplication App, string Address, THost Host) : IAsyncDisposable
    where THost : IDisposable
{
    public async ValueTask DisposeAsync()
    {
        Host.Dispose();
        await App.DisposeAsync().ConfigureAwait(false);
    }
}
