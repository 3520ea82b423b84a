using System.Text;
using Gearpump.Engine;
using Gearpump.Files;
using Gearpump.Hosting.Launch;
using Gearpump.Hosting.Options;
using Microsoft.Extensions.Hosting;

namespace Gearpump.Examples.WordCount;

/// <summary>What the example does around the job: the launcher, the result, the comparison.</summary>
internal static class WordCountRun
{
    private const string Job = "word-count";
    private const long ChaosLines = 200_000;

    /// <summary>The host: configuration files and environment, then the command line.</summary>
    public static HostApplicationBuilder CreateBuilder(WordCountOptions options, bool fresh) => Host.CreateApplicationBuilder(
    [
        .. options.ToEngine(),
        .. options.Redis is null ? Array.Empty<string>() : [$"--Gearpump:Redis={options.Redis}"],
        .. fresh ? ["--Gearpump:Fresh=true"] : Array.Empty<string>(),
        .. options.Engine,
    ]);

    /// <summary>The engine's options; what is wrong with them has been said where the job was run.</summary>
    public static GearpumpOptions ReadOptions(HostApplicationBuilder builder) => OptionsReader.Read(builder.Configuration).Options;

    public static async Task<int> WithProcessesAsync(WordCountOptions options, string[] args)
    {
        var (engine, errors) = OptionsReader.Read(CreateBuilder(options, fresh: false).Configuration);
        if (errors.Count > 0)
        {
            await Console.Error.WriteLineAsync(string.Join(Environment.NewLine, errors));
            return ExitCodes.Configuration;
        }

        var chaos = options.Chaos ? NewChaos(options) : null;
        if (options.Chaos)
        {
            // Chaos always begins anew: it has to know the whole input that was counted.
            options = options with { Fresh = true, Repeat = chaos!.Repeat, PaceFile = chaos.PaceFile };
        }

        var own = args.Where(arg => arg is not ("--fresh" or "--chaos")).ToList();
        if (chaos is not null)
        {
            own.AddRange(["--repeat", $"{chaos.Repeat}", "--pace-file", chaos.PaceFile]);
        }

        var launcher = new Launcher(new LauncherOptions
        {
            Job = Job,
            Processes = options.Processes,
            Arguments = own,
            Engine = [.. options.ToEngine(), .. options.Engine],
            Redis = engine.Redis.Length > 0 ? engine.Redis : null,
            Fresh = options.Fresh,
            CommittedFolder = options.CountsFolder,
            Chaos = chaos,
        });
        var code = await launcher.RunAsync();
        code = await FinishAsync(options, engine, code);
        return chaos is null || code != 0 ? code : await CompareAsync(options, engine, launcher.Kills);
    }

    /// <summary>After the job: counts.tsv from the committed files, and the top words.</summary>
    public static async Task<int> FinishAsync(WordCountOptions options, GearpumpOptions engine, int code)
    {
        if (code != 0 || await JobState.ReadAsync(engine, Job) is not { } state)
        {
            return code;
        }

        if (!state.Ended)
        {
            Console.WriteLine("stopped; the same command goes on from here");
            return code;
        }

        if (options.Kafka is not null)
        {
            Console.WriteLine($"the job has ended: the counts are in topic {options.To}");
            return code;
        }

        var counts = Counts(options, state.Instance);
        var path = Path.Combine(Path.GetFullPath(options.Output), "counts.tsv");
        var temporary = path + ".tmp";
        await File.WriteAllLinesAsync(temporary, counts.OrderBy(pair => Encoding.UTF8.GetBytes(pair.Key), ByteOrder.Instance).Select(pair => $"{pair.Key}\t{pair.Value}"));
        File.Move(temporary, path, overwrite: true);
        foreach (var (word, count) in counts.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).Take(10))
        {
            Console.WriteLine($"{count,12:N0}  {word}");
        }

        Console.WriteLine($"the job has ended: {counts.Values.Sum():N0} words, {counts.Count:N0} different; counts in {path}, committed updates in {options.CountsFolder}");
        var rejected = DeadLetters.Read(options.RejectedFolder, state.Instance).Count();
        if (rejected > 0)
        {
            Console.WriteLine($"{rejected:N0} records were rejected; they are in {options.RejectedFolder}");
        }

        return code;
    }

    private static Dictionary<string, long> Counts(WordCountOptions options, string instance)
    {
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        var records = options.AtLeastOnce
            ? CommittedFiles.ReadDirect(options.CountsFolder, instance).OrderBy(record => record.Epoch).Select(record => (record.Key, record.Value))
            : CommittedFiles.Read(options.CountsFolder, instance).Select(record => (record.Key, record.Value));
        foreach (var (word, count) in records)
        {
            counts[word] = long.Parse(count, System.Globalization.CultureInfo.InvariantCulture);
        }

        return counts;
    }

    private static ChaosOptions NewChaos(WordCountOptions options)
    {
        var lines = Math.Max(1, InputFiles(options).Sum(file => File.ReadLines(file).LongCount()));
        return new ChaosOptions
        {
            Repeat = (int)Math.Max(options.Repeat, (ChaosLines + lines - 1) / lines),
            PaceFile = Path.Combine(Path.GetFullPath(options.Output), $"pace-{Environment.ProcessId}"),
            LinesPerSecond = 400,
        };
    }

    // Counts the input without any of the engine, and compares.
    private static async Task<int> CompareAsync(WordCountOptions options, GearpumpOptions engine, int kills)
    {
        var expected = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var word in InputFiles(options).SelectMany(File.ReadLines).SelectMany(line => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)))
        {
            expected[word] = expected.GetValueOrDefault(word) + options.Repeat;
        }

        var counts = Counts(options, (await JobState.ReadAsync(engine, Job))!.Instance);
        var wrong = expected.Keys.Union(counts.Keys).Where(word => expected.GetValueOrDefault(word) != counts.GetValueOrDefault(word)).ToList();
        foreach (var word in wrong.Take(10))
        {
            Console.WriteLine($"WRONG: '{word}' was counted {counts.GetValueOrDefault(word)} times, it stands there {expected.GetValueOrDefault(word)} times");
        }

        Console.WriteLine($"chaos: {kills} kills, {expected.Values.Sum():N0} words counted independently, {wrong.Count} counts differ");
        return wrong.Count == 0 && kills > 0 ? 0 : 1;
    }

    private static IEnumerable<string> InputFiles(WordCountOptions options) => FileSource.FindFiles(options.Input);
}
