using Shouldly;
using Xunit;

namespace Gearpump.Search.Tests;

[Collection(SearchCollection.Name)]
public sealed class PlantedBugTests(ITestOutputHelper output)
{
    public static TheoryData<Plant> Plants =>
    [
        new Plant("credit is not repeated when a call is resumed", "Channels/ChannelSender.cs", """
                    OnFeedback(feedback);
                    SendAllowed();
                }

                /// <summary>The call is gone
            """, """
                    SendAllowed();
                }

                /// <summary>The call is gone
            """, "broken-call", "deadlock"),
        new Plant("no batch may exceed the credit", "Channels/ChannelSender.cs", "|| entry.Frame.Sequence == _acked + 1;", ";", "lingers", "deadlock"),
        new Plant("a task that aligns closes all its inputs", "Work/Tasks/ProcessorTask.cs", "!receiver.IsAligned && receiver.TryPeek", "_aligned == 0 && receiver.TryPeek", "two-sources", "deadlock"),
        new Plant("a task that aligns closes all its inputs, in a diamond", "Work/Tasks/ProcessorTask.cs", "!receiver.IsAligned && receiver.TryPeek", "_aligned == 0 && receiver.TryPeek", "diamond", "deadlock"),
        new Plant("a stateless task does not align", "Work/Tasks/ProcessorTask.cs", "receiver.IsAligned = true;", "receiver.IsAligned = Processor.Chain.States.Count > 0;", "middle-join", "cut"),
        new Plant("a writer that finds its index taken goes on behind it", "Log/JobLog.cs",
            """Fence($"log entry {index} is another coordinator's", fenced);""",
            "(_last, _appending) = (index, false); Append(entry, appended, fenced);", "rival", "behind"),
        new Plant("an entry of another's is taken for one's own", "Log/JobLog.cs", "if (found.Span.SequenceEqual(bytes))", "if (found.Length > 0)", "rival", "tells of"),
        new Plant("an entry that has landed after a time-out is written once more behind itself", "Log/JobLog.cs",
            "if (found.Span.SequenceEqual(bytes))\n                {\n                    CheckNothingHigher(index, appended, fenced);",
            "if (found.Span.SequenceEqual(bytes))\n                {\n                    (_last, _appending) = (index, false);\n                    Append(entry, appended, fenced);",
            "late-writes", "committed twice"),
        new Plant("the marker is not read", "Publishing/Publisher.cs", "        Learn(marker);\n        Publish(entry", "        Publish(entry", "processor-crash", "published"),
    ];

    [Theory]
    [MemberData(nameof(Plants))]
    public void Search_Planted_Found(Plant plant)
    {
        var (violation, report) = PlantedEngine.Search(plant);
        output.WriteLine(report);
        violation.ShouldNotBeNull();
        violation.ShouldContain(plant.Finds);
    }
}
