using Gearpump.Connectors.Tests.Conformance;
using Gearpump.Files;
using Gearpump.Sources;

namespace Gearpump.Connectors.Tests.Files;

/// <summary>The file source on real files, small ones and one of several blocks.</summary>
public sealed class FileSourceConformanceTests : SourceConformance, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public FileSourceConformanceTests()
    {
        var longer = Enumerable.Range(0, 60).Select(static index => new string((char)('a' + (index % 26)), 1 + (index * 97))).ToArray();
        _folder.Write("a.txt", "one\ntwo\r\n\nlast without LF");
        _folder.Write("b/empty.txt", "");
        _folder.Write("b/long.txt", string.Concat(longer.Select(static line => line + "\n")));
        Expected = ["one", "two", "", "last without LF", .. longer];
    }

    protected override ITimeReplayableSource Source => new FileSource(_folder.Root);

    protected override IReadOnlyList<string> Expected { get; }

    public void Dispose() => _folder.Dispose();
}
