using System.Globalization;
using Gearpump.Outputs;

namespace Gearpump.Files;

/// <summary>
/// A folder that receives one file for each cut that has outputs: <c>{instance}-{cut, 12 digits}-{publisher, 4 digits}</c> and an
/// extension. Its bytes are the segments', whoever writes it. Publishing gives the finished file its name, so a name that exists
/// is the marker. At least once, each task appends to a file of its own: <c>{instance}-e{epoch, 8 digits}-{step}-{task}.log</c>.
/// </summary>
public abstract class CutFileOutput : IOutput
{
    internal const int CutDigits = 12;

    // Another instance's; those of this publisher go at once.
    private static readonly TimeSpan LeftoverAge = TimeSpan.FromMinutes(10);
    private readonly string _folder;
    private readonly string _extension;

    private protected CutFileOutput(string folder, string extension, string kind)
    {
        _folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        _extension = extension;
        System = $"{kind}:{_folder}";
    }

    public string System { get; }

    /// <summary>Where the files are.</summary>
    public string Folder => _folder;

    public abstract ISegmentEncoder CreateEncoder();

    /// <summary>
    /// Opens a session. What an older session of this publisher was writing is removed, so that it cannot be published any more;
    /// an older session that begins again can only publish the same bytes under the same name.
    /// </summary>
    public ValueTask<IPublishSession> OpenSessionAsync(PublisherId publisher, CancellationToken cancellation)
    {
        DurableFile.CreateFolder(_folder);
        var session = new CutFileSession(_folder, _extension, publisher);
        DurableFile.DeleteLeftovers(_folder, session.TemporaryPrefix, TimeSpan.Zero, SearchOption.TopDirectoryOnly);
        DurableFile.DeleteLeftovers(_folder, DurableFile.TemporaryPrefix, LeftoverAge, SearchOption.TopDirectoryOnly);
        return new ValueTask<IPublishSession>(session);
    }

    public ValueTask<IDirectWriter> OpenDirectAsync(DirectWriterId writer, CancellationToken cancellation)
    {
        DurableFile.CreateFolder(_folder);
        var name = string.Create(CultureInfo.InvariantCulture, $"{writer.Instance}-e{writer.Epoch:D8}-{writer.Step}-{writer.Task:D4}.log");
        return new ValueTask<IDirectWriter>(new DirectFileWriter(Path.Combine(_folder, name)));
    }
}
