using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Containers;
using Xunit;

namespace Gearpump.Testing.Containers;

/// <summary>
/// A real server in a container, started when a test first asks for it and shared from then on: an assembly, collection or class
/// fixture. Where no Docker engine answers, the test that asks is skipped and says what was not tested; with <c>CI=true</c> it fails.
/// </summary>
/// <param name="what">The server's name and version, for people.</param>
public abstract class ContainerServer<TContainer>(string what) : IAsyncDisposable
    where TContainer : class, IContainer
{
    private static readonly TimeSpan StartMost = TimeSpan.FromMinutes(3);
    private readonly SemaphoreSlim _starting = new(1);
    private TContainer? _container;
    private string? _whyNot;

    /// <summary>The running container. Skips the test where there is no Docker engine.</summary>
    public async Task<TContainer> ContainerAsync()
    {
        await _starting.WaitAsync(StartMost, TestContext.Current.CancellationToken);
        try
        {
            if (_container is null && _whyNot is null)
            {
                await StartAsync();
            }
        }
        finally
        {
            _starting.Release();
        }

        return _container ?? throw NotTested(_whyNot!);
    }

    public async ValueTask DisposeAsync()
    {
        if (_container is not null)
        {
            await _container.DisposeAsync();
        }

        _starting.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>The container, not started.</summary>
    protected abstract TContainer Build();

    // With an engine that answers, a container that does not start is an error and no reason to skip.
    private async Task StartAsync()
    {
        TContainer container;
        try
        {
            container = Build();
        }
        catch (Exception e) when (e is DockerUnavailableException or ArgumentException)
        {
            _whyNot = e.Message.ReplaceLineEndings(" ").Split(". ")[0];
            return;
        }

        using var timeout = new CancellationTokenSource(StartMost);
        await container.StartAsync(timeout.Token);
        _container = container;
    }

    private InvalidOperationException NotTested(string why)
    {
        var message = $"NOT TESTED on a real {what}: no Docker engine answers ({why})";
        Assert.SkipUnless(IsCi, message);
        return new InvalidOperationException($"{message}; with CI=true that is a failure");
    }

    private static bool IsCi => string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase);
}
