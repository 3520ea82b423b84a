using System.Globalization;

namespace Gearpump.Examples.WordCount;

/// <summary>The program's own command line; everything else is Gearpump's.</summary>
internal sealed record WordCountOptions
{
    public const string Usage = """
        WordCount counts the words of text files.
          --input PATH          a file, a folder, or a pattern such as text/*.txt; default: the text that ships with the example
          --output FOLDER       receives committed updates (counts), rejected records (rejected) and counts.tsv; default: out
          --state FOLDER        log and snapshots; default: .state in the output folder
          --processes N         a coordinator, a source and N-2 processors as processes of their own (N is 3 or more)
          --chaos               kills a process every few seconds, and compares the counts in the end; with --processes (default 4)
          --at-least-once       writes updates at once, and again after a rollback
          --checkpoint TIME     from one cut to the next, such as 500ms or 5s; default: 1s
          --bad-input fail      stops at a bad line, naming file and offset; default: it goes to the rejected records
          --record-limit BYTES  the longest line; default: 1048576
          --fresh               begins anew, without the old state
          --repeat N            reads the input N times; default: 1
          --plan                prints the plan and ends
          --log LEVEL           debug, information, warning or error; default: warning
        """;

    public string Input { get; init; } = Path.Combine(AppContext.BaseDirectory, "text");

    public string Output { get; init; } = "out";

    public string? State { get; init; }

    public int Processes { get; init; }

    public bool Chaos { get; init; }

    public bool AtLeastOnce { get; init; }

    public string Checkpoint { get; init; } = "1s";

    public string BadInput { get; init; } = "dead-letter";

    public string RecordLimit { get; init; } = "1048576";

    public bool Fresh { get; init; }

    public int Repeat { get; init; } = 1;

    public string? PaceFile { get; init; }

    public bool Plan { get; init; }

    public string Log { get; init; } = "warning";

    public string StateFolder => Path.GetFullPath(State ?? Path.Combine(Output, ".state"));

    public string CountsFolder => Path.GetFullPath(Path.Combine(Output, "counts"));

    public string RejectedFolder => Path.GetFullPath(Path.Combine(Output, "rejected"));

    /// <summary>Reads the command line. Null: <paramref name="errors"/> says what is wrong, all of it.</summary>
    public static WordCountOptions? Parse(IReadOnlyList<string> args, List<string> errors, List<string> engine)
    {
        var options = new WordCountOptions();
        for (var at = 0; at < args.Count; at++)
        {
            var arg = args[at];
            string Value()
            {
                if (at + 1 < args.Count && !args[at + 1].StartsWith("--", StringComparison.Ordinal))
                {
                    return args[++at];
                }

                errors.Add($"{arg} needs a value");
                return "";
            }

            int Number(int least)
            {
                var text = Value();
                if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least)
                {
                    return number;
                }

                errors.Add($"{arg} '{text}': give a whole number, {least} or more");
                return least;
            }

            options = arg switch
            {
                "--input" => options with { Input = Value() },
                "--output" => options with { Output = Value() },
                "--state" => options with { State = Value() },
                "--processes" => options with { Processes = Number(3) },
                "--chaos" => options with { Chaos = true },
                "--at-least-once" => options with { AtLeastOnce = true },
                "--checkpoint" => options with { Checkpoint = Value() },
                "--bad-input" => options with { BadInput = Value() },
                "--record-limit" => options with { RecordLimit = Value() },
                "--fresh" => options with { Fresh = true },
                "--repeat" => options with { Repeat = Number(1) },
                "--pace-file" => options with { PaceFile = Value() },
                "--plan" => options with { Plan = true },
                "--log" => options with { Log = Value() },
                _ => options,
            };
            if (arg.StartsWith("--Gearpump:", StringComparison.OrdinalIgnoreCase))
            {
                engine.Add(arg);
            }
            else if (!Usage.Contains($"  {arg} ", StringComparison.Ordinal) && arg != "--pace-file")
            {
                errors.Add($"'{arg}' is no option");
            }
        }

        return errors.Count == 0 ? options with { Processes = options.Chaos && options.Processes == 0 ? 4 : options.Processes } : null;
    }

    /// <summary>The same as options of the engine.</summary>
    public IEnumerable<string> ToEngine() =>
    [
        $"--Gearpump:State={StateFolder}",
        $"--Gearpump:CheckpointInterval={Checkpoint}",
        $"--Gearpump:Delivery={(AtLeastOnce ? "at-least-once" : "exactly-once")}",
        $"--Gearpump:BadInput={BadInput}",
        $"--Gearpump:RecordBytesMax={RecordLimit}",
        $"--Gearpump:Log={Log}",
    ];
}
