using System.CommandLine;
using System.Globalization;

namespace Gearpump.Examples.WordCount;

/// <summary>The command line: names, meanings and defaults.</summary>
internal sealed class WordCountCommand
{
    private const string EnginePrefix = "--Gearpump:";
    private const int DefaultProcesses = 4;
    private const int WrongOption = 78;

    private readonly Option<string?> _input = new("--input")
    {
        HelpName = "PATH",
        Description = "A file, a folder, or a pattern such as text/*.txt. Without it: the text that ships with the example",
    };

    private readonly Option<string> _output = Text(
        "--output", "FOLDER", "out",
        "Receives committed updates (counts), rejected records (rejected) and counts.tsv");

    private readonly Option<string?> _state = new("--state")
    {
        HelpName = "FOLDER",
        Description = "Log and snapshots. Without it: .state in the output folder",
    };

    private readonly Option<string?> _s3 = new("--s3")
    {
        HelpName = "PLACE",
        CustomParser = static result =>
        {
            var text = result.Tokens[0].Value;
            if (!text.StartsWith("s3://", StringComparison.OrdinalIgnoreCase))
            {
                result.AddError($"--s3 '{text}': give s3://bucket/prefix");
            }

            return text;
        },
        Description = "Log and snapshots in S3, such as s3://bucket/prefix, instead of a folder. Credentials: AWS_ACCESS_KEY_ID …, or what else the SDK finds",
    };

    private readonly Option<string?> _s3Endpoint = new("--s3-endpoint")
    {
        HelpName = "URL",
        Description = "A store that speaks S3's protocol, such as http://localhost:9000. Without it: Amazon's own",
    };

    private readonly Option<string?> _redis = new("--redis")
    {
        HelpName = "HOST:PORT",
        Description = "The Redis that shows the clocks. Without it: an embedded one. With a password: by environment, Gearpump__Redis=HOST:PORT,password=…",
    };

    private readonly Option<int> _processes = Number(
        "--processes", "N", 0, least: 3,
        "A coordinator, a source and N-2 processors as processes of their own. 0: all in one process");

    private readonly Option<bool> _chaos = Flag(
        "--chaos",
        $"Kills a process every few seconds and compares the counts in the end; {DefaultProcesses} processes unless --processes is given");

    private readonly Option<bool> _atLeastOnce = Flag("--at-least-once", "Writes updates at once, and again after a rollback");
    private readonly Option<string> _checkpoint = Text("--checkpoint", "TIME", "1s", "From one cut to the next, such as 500ms or 5s");
    private readonly Option<string> _badInput = Text(
        "--bad-input", "WAY", "dead-letter",
        "A bad line goes to the rejected records; 'fail' stops at it instead, naming file and offset");

    private readonly Option<int> _recordLimit = Number("--record-limit", "BYTES", 1 << 20, least: 1, "The longest line");
    private readonly Option<bool> _fresh = Flag("--fresh", "Begins anew, without the old state");
    private readonly Option<int> _repeat = Number("--repeat", "N", 1, least: 1, "Reads the input N times");
    private readonly Option<bool> _plan = Flag("--plan", "Prints the plan and ends");
    private readonly Option<string> _log = Text("--log", "LEVEL", "warning", "debug, information, warning or error");
    private readonly Option<string?> _kafka = new("--kafka") { HelpName = "HOST:PORT", Description = "Reads and writes topics of this Kafka cluster in place of files" };
    private readonly Option<string> _from = Text("--from", "TOPIC", "text", "The topic whose values are lines");
    private readonly Option<string> _to = Text("--to", "TOPIC", "counts", "The topic that receives each word and its running count");
    private readonly Option<bool> _untilEnd = Flag("--until-end", "Ends where the topic ended when the job began; otherwise it runs until it is stopped");
    private readonly Option<bool> _fromEnd = Flag("--from-end", "A new job begins at the topic's end: with what is written from then on");
    private readonly Option<Dictionary<string, string>> _kafkaConfig = Settings("--kafka-config", "A setting of the Kafka client, such as sasl.username=me; may be repeated");
    private readonly Option<string?> _paceFile = new("--pace-file") { Hidden = true };
    private readonly RootCommand _root = new("Counts the words of text files, exactly once. Options of the engine are given as --Gearpump:Key=value.")
    {
        TreatUnmatchedTokensAsErrors = false,
    };

    public WordCountCommand()
    {
        foreach (var option in new Option[]
        {
            _input, _output, _state, _s3, _s3Endpoint, _redis, _processes, _chaos, _atLeastOnce, _checkpoint, _badInput, _recordLimit,
            _fresh, _repeat, _plan, _log, _paceFile, _kafka, _from, _to, _untilEnd, _fromEnd, _kafkaConfig,
        })
        {
            _root.Options.Add(option);
        }
    }

    /// <summary>Reads the command line. Without options the program ends with the exit code; what is to be said has been said.</summary>
    public (WordCountOptions? Options, int ExitCode) Read(string[] args)
    {
        var result = _root.Parse(args);
        var unknown = result.UnmatchedTokens.Where(token => !token.StartsWith(EnginePrefix, StringComparison.OrdinalIgnoreCase));
        var errors = result.Errors.Select(error => error.Message).Concat(unknown.Select(token => $"'{token}' is no option")).ToList();
        if (errors.Count > 0)
        {
            Console.Error.WriteLine(string.Join(Environment.NewLine, errors.Append("--help lists the options")));
            return (null, WrongOption);
        }

        return result.Action is null ? (ToOptions(result), 0) : (null, result.Invoke());
    }

    private WordCountOptions ToOptions(ParseResult result)
    {
        var chaos = result.GetValue(_chaos);
        var processes = result.GetValue(_processes);
        return new WordCountOptions
        {
            Input = result.GetValue(_input) ?? Path.Combine(AppContext.BaseDirectory, "text"),
            Output = result.GetValue(_output)!,
            State = result.GetValue(_state),
            S3 = result.GetValue(_s3),
            S3Endpoint = result.GetValue(_s3Endpoint),
            Redis = result.GetValue(_redis),
            Processes = chaos && processes == 0 ? DefaultProcesses : processes,
            Chaos = chaos,
            AtLeastOnce = result.GetValue(_atLeastOnce),
            Checkpoint = result.GetValue(_checkpoint)!,
            BadInput = result.GetValue(_badInput)!,
            RecordLimit = result.GetValue(_recordLimit),
            Fresh = result.GetValue(_fresh),
            Repeat = result.GetValue(_repeat),
            PaceFile = result.GetValue(_paceFile),
            Plan = result.GetValue(_plan),
            Log = result.GetValue(_log)!,
            Kafka = result.GetValue(_kafka),
            From = result.GetValue(_from)!,
            To = result.GetValue(_to)!,
            UntilEnd = result.GetValue(_untilEnd),
            FromEnd = result.GetValue(_fromEnd),
            KafkaSettings = result.GetValue(_kafkaConfig) ?? [],
            Engine = result.UnmatchedTokens,
        };
    }

    private static Option<bool> Flag(string name, string description) => new(name) { Description = description };

    private static Option<string> Text(string name, string value, string standard, string description) =>
        new(name) { HelpName = value, DefaultValueFactory = _ => standard, Description = description };

    private static Option<Dictionary<string, string>> Settings(string name, string description) => new(name)
    {
        HelpName = "KEY=VALUE",
        Description = description,
        AllowMultipleArgumentsPerToken = false,
        Arity = ArgumentArity.ZeroOrMore,
        CustomParser = result =>
        {
            var settings = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var token in result.Tokens)
            {
                var at = token.Value.IndexOf('=', StringComparison.Ordinal);
                if (at < 1)
                {
                    result.AddError($"{name} '{token.Value}': give key=value");
                    return settings;
                }

                settings[token.Value[..at]] = token.Value[(at + 1)..];
            }

            return settings;
        },
    };

    private static Option<int> Number(string name, string value, int standard, int least, string description) => new(name)
    {
        HelpName = value,
        DefaultValueFactory = _ => standard,
        Description = description,
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least)
            {
                return number;
            }

            result.AddError($"{name} '{text}': give a whole number, {least} or more");
            return standard;
        },
    };
}
