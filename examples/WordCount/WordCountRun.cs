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

        IWordCountPlace place = PlaceOf(options);
        var chaos = options.Chaos ? place.NewChaos() : null;
        if (chaos is not null)
        {
            // Chaos always begins anew: it has to know the whole input that was counted.
            options = options with { Fresh = true, Repeat = chaos.Repeat, PaceFile = chaos.PaceFile };
            place = PlaceOf(options);
        }

        var own = args.Where(arg => arg is not ("--fresh" or "--chaos")).ToList();
        if (chaos is not null)
        {
            own.AddRange(["--repeat", $"{chaos.Repeat}", "--pace-file", chaos.PaceFile]);
            own.AddRange(options.Kafka is not null && !options.UntilEnd ? ["--until-end"] : []);
        }

        var launcher = new Launcher(new LauncherOptions
        {
            Job = Job,
            Processes = options.Processes,
            Arguments = own,
            Engine = [.. options.ToEngine(), .. options.Engine],
            Redis = engine.Redis.Length > 0 ? engine.Redis : null,
            Fresh = options.Fresh,
            Chaos = chaos,
        });
        var code = await launcher.RunAsync();
        code = await FinishAsync(options, engine, code);
        return chaos is null || code != 0 ? code : await CompareAsync(place, options, engine, launcher.Kills);
    }

    /// <summary>After the job: the counts, and the top words.</summary>
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

        var place = PlaceOf(options);
        var counts = place.Counts(state.Instance);
        foreach (var (word, count) in counts.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).Take(10))
        {
            Console.WriteLine($"{count,12:N0}  {word}");
        }

        var path = Path.Combine(Path.GetFullPath(options.Output), "counts.tsv");
        await WriteAsync(path, counts);
        Console.WriteLine($"the job has ended: {counts.Values.Sum():N0} words, {counts.Count:N0} different; counts in {path}, committed updates in {place.Committed}");
        var rejected = DeadLetters.Read(options.RejectedFolder, state.Instance).Count();
        if (rejected > 0)
        {
            Console.WriteLine($"{rejected:N0} records were rejected; they are in {options.RejectedFolder}");
        }

        return code;
    }

    private static IWordCountPlace PlaceOf(WordCountOptions options) => options.Kafka is { } brokers ? new WordCountTopics(options, brokers) : new WordCountFiles(options);

    private static async Task WriteAsync(string path, Dictionary<string, long> counts)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var temporary = path + ".tmp";
        await File.WriteAllLinesAsync(temporary, counts.OrderBy(pair => Encoding.UTF8.GetBytes(pair.Key), ByteOrder.Instance).Select(pair => $"{pair.Key}\t{pair.Value}"));
        File.Move(temporary, path, overwrite: true);
    }

    // Counts the input without any of the engine, and compares.
    private static async Task<int> CompareAsync(IWordCountPlace place, WordCountOptions options, GearpumpOptions engine, int kills)
    {
        var expected = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var word in place.InputLines().SelectMany(line => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)))
        {
            expected[word] = expected.GetValueOrDefault(word) + options.Repeat;
        }

        var counts = place.Counts((await JobState.ReadAsync(engine, Job))!.Instance);
        var wrong = expected.Keys.Union(counts.Keys).Where(word => expected.GetValueOrDefault(word) != counts.GetValueOrDefault(word)).ToList();
        foreach (var word in wrong.Take(10))
        {
            Console.WriteLine($"WRONG: '{word}' was counted {counts.GetValueOrDefault(word)} times, it stands there {expected.GetValueOrDefault(word)} times");
        }

        Console.WriteLine($"chaos: {kills} kills, {expected.Values.Sum():N0} words counted independently, {wrong.Count} counts differ");
        return wrong.Count == 0 && kills > 0 ? 0 : 1;
    }
}
