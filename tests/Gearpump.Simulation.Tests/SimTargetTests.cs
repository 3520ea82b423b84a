using System.Text;
using Gearpump.Outputs;
using Gearpump.Simulation.Graphs;
using Gearpump.Simulation.Outputs;
using Shouldly;
using Xunit;

namespace Gearpump.Simulation.Tests;

/// <summary>The oracle over the outside: it must see what it is there to see.</summary>
public sealed class SimTargetTests
{
    private readonly SimTarget _target = new SimWorld(1, SimulationProfile.Calm(1), null).Target(SimGraphs.Words);
    private readonly PublisherId _id = new("job", "instance", 0);

    [Fact]
    public void Publish_UpdatesInOrder_AreTaken()
    {
        _target.Publisher(_id).Open();

        _target.Publisher(_id).Apply(1, [Segment("a", 1), Segment("a", 2)], new PublishMarker(1, 2));

        _target.Of(_id.Instance).CommittedCounts["a"].ShouldBe(2);
    }

    [Fact]
    public void Publish_UpdateTwice_FailsTheRun()
    {
        _target.Publisher(_id).Open();

        Should.Throw<SimulationFailedException>(() =>
            _target.Publisher(_id).Apply(1, [Segment("a", 1), Segment("a", 1)], new PublishMarker(1, 2)));
    }

    [Fact]
    public void Publish_UpdateLeftOut_FailsTheRun()
    {
        _target.Publisher(_id).Open();

        Should.Throw<SimulationFailedException>(() =>
            _target.Publisher(_id).Apply(1, [Segment("a", 2)], new PublishMarker(1, 1)));
    }

    [Fact]
    public void Publish_MarkerAgain_FailsTheRun()
    {
        _target.Publisher(_id).Open();
        _target.Publisher(_id).Apply(1, [], new PublishMarker(2, 0));

        Should.Throw<SimulationFailedException>(() => _target.Publisher(_id).Apply(1, [], new PublishMarker(2, 0)));
    }

    [Fact]
    public void Publish_OlderSession_IsFenced()
    {
        _target.Publisher(_id).Open();
        _target.Publisher(_id).Open();

        Should.Throw<IOException>(() => _target.Publisher(_id).Apply(1, [Segment("a", 1)], new PublishMarker(1, 1)));
    }

    [Fact]
    public void Difference_NothingWritten_NamesAWord()
    {
        _target.Of(_id.Instance).Difference(atLeastOnce: false).ShouldNotBeNull();
        _target.Of(_id.Instance).Difference(atLeastOnce: true).ShouldNotBeNull();
    }

    private static ReadOnlyMemory<byte> Segment(string word, long count)
    {
        var bytes = new List<byte>();
        SimRecordCodec.Append(bytes, Encoding.UTF8.GetBytes(word), Encoding.UTF8.GetBytes($"{count}"));
        return bytes.ToArray();
    }
}
