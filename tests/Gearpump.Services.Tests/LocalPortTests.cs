using System.Net;
using System.Net.Sockets;
using Gearpump.Hosting.Launch;
using Shouldly;
using Xunit;

namespace Gearpump.Services.Tests;

public sealed class LocalPortTests
{
    // A worker whose server asked the system for any port once got the one that was meant for its coordinator.
    [Fact]
    public void Find_BelowThePortsThatTheSystemHandsOut()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            LocalPort.Find(new Random(seed)).ShouldBeInRange(1_024, 32_767);
        }
    }

    [Fact]
    public void Find_PortIsTaken_TakesAnother()
    {
        var port = LocalPort.Find(new Random(7));
        using var taken = new TcpListener(IPAddress.Loopback, port);
        taken.Start();

        LocalPort.Find(new Random(7)).ShouldNotBe(port);
    }
}
