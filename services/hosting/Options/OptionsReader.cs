using System.Globalization;
using System.Net;
using Gearpump.Graph;
using Gearpump.Redis;
using Gearpump.S3;
using Microsoft.Extensions.Configuration;

namespace Gearpump.Hosting.Options;

/// <summary>Reads and checks all options at once; every error names the key, the value and the fix.</summary>
public sealed class OptionsReader
{
    private static readonly string[] Keys = typeof(GearpumpOptions).GetProperties().Select(property => property.Name).ToArray();
    private readonly IConfigurationSection _section;
    private readonly List<string> _errors = [];

    private OptionsReader(IConfiguration configuration) => _section = configuration.GetSection("Gearpump");

    /// <summary>The options, or what is wrong with them, a line each.</summary>
    public static (GearpumpOptions Options, IReadOnlyList<string> Errors) Read(IConfiguration configuration)
    {
        var reader = new OptionsReader(configuration);
        return (reader.Read(), reader._errors);
    }

    private GearpumpOptions Read()
    {
        foreach (var child in _section.GetChildren().Where(child => !Keys.Contains(child.Key, StringComparer.OrdinalIgnoreCase)))
        {
            Error(child.Key, child.Value, $"is no option; the nearest is Gearpump:{Keys.MinBy(key => Distance(key, child.Key))}");
        }

        var defaults = new GearpumpOptions();
        var role = OneOf("Role", defaults.Role, "local", "source", "processor", "coordinator");
        var options = new GearpumpOptions
        {
            Role = role,
            Worker = Text("Worker", $"{role}-{Environment.MachineName.ToLowerInvariant()}-{Environment.ProcessId}"),
            Job = Text("Job", ""),
            Coordinators = Text("Coordinators", "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
            Listen = Text("Listen", defaults.Listen),
            Advertise = Text("Advertise", ""),
            State = Text("State", defaults.State),
            S3Endpoint = Optional("S3Endpoint"),
            S3Region = Optional("S3Region"),
            S3AccessKey = Optional("S3AccessKey"),
            S3SecretKey = Optional("S3SecretKey"),
            Redis = Text("Redis", ""),
            CheckpointInterval = Time("CheckpointInterval", TimeSpan.FromMilliseconds(50)),
            OwedBytesMax = Number("OwedBytesMax", defaults.OwedBytesMax, 1, long.MaxValue),
            StartUpTimeout = Time("StartUpTimeout", TimeSpan.FromMilliseconds(1)) ?? defaults.StartUpTimeout,
            Plan = Flag("Plan", false),
            Delivery = Text("Delivery", "") is "" ? null : OneOf("Delivery", "", "exactly-once", "at-least-once") == "at-least-once" ? Delivery.AtLeastOnce : Delivery.ExactlyOnce,
            BadInput = Text("BadInput", "") is "" ? null : OneOf("BadInput", "", "dead-letter", "fail") == "fail" ? BadInput.Fail : BadInput.DeadLetter,
            RecordBytesMax = Text("RecordBytesMax", "") is "" ? null : (int)Number("RecordBytesMax", 0, 1, 16 * 1024 * 1024),
            Fresh = Flag("Fresh", false),
            ResumeFailed = Flag("ResumeFailed", role == "local"),
            Sources = (int)Number("Sources", 0, 0, 1_000),
            Processors = (int)Number("Processors", 0, 0, 1_000),
            ParentPipe = Flag("ParentPipe", false),
            Progress = Flag("Progress", true),
            Log = OneOf("Log", defaults.Log, "debug", "information", "warning", "error"),
        };
        CheckTogether(options);
        return options;
    }

    private void CheckTogether(GearpumpOptions options)
    {
        if (!options.Listen.Contains(':') || !IPEndPoint.TryParse(options.Listen, out _))
        {
            Error("Listen", options.Listen, "is no IP address and port; for example 0.0.0.0:5000");
        }

        if (options.Advertise.Length > 0 && !IsAddress(options.Advertise))
        {
            Error("Advertise", options.Advertise, "is no address; for example http://processor-0.words:5000");
        }

        if (options.Redis.Length > 0 && RedisClockMirror.WhyInvalid(options.Redis) is { } reason)
        {
            Error("Redis", options.Redis.Split(',')[0], $"{reason}; for example redis:6379,password=secret");
        }

        CheckState(options);

        foreach (var address in options.Coordinators.Where(address => !IsAddress(address)))
        {
            Error("Coordinators", address, "is no address; for example http://coordinator:5000");
        }

        if (options.Role is "source" or "processor" && options.Coordinators.Count == 0)
        {
            Error("Coordinators", "", $"is needed for role {options.Role}; for example http://coordinator:5000");
        }

        if (options.Role == "coordinator" && options.Job.Length == 0)
        {
            Error("Job", "", "is needed for role coordinator: the name of the job that its workers run");
        }
    }

    private void CheckState(GearpumpOptions options)
    {
        if (File.Exists(options.State))
        {
            Error("State", options.State, "is a file; give a folder");
        }

        if (options.State.Contains("://", StringComparison.Ordinal) && S3Options.TryParse(options.State) is null)
        {
            Error("State", options.State, "is neither a folder nor s3://bucket/prefix, the bucket of 3 to 63 characters a-z, 0-9, '-' and '.'");
        }

        if (options.S3Endpoint is not null && !IsAddress(options.S3Endpoint))
        {
            Error("S3Endpoint", options.S3Endpoint, "is no address; for example https://minio.storage:9000");
        }

        if (options.S3AccessKey is null != options.S3SecretKey is null)
        {
            var (given, missing) = options.S3AccessKey is null ? ("S3SecretKey", "S3AccessKey") : ("S3AccessKey", "S3SecretKey");
            Error(given, "(not shown)", $"is half of the credentials; give Gearpump:{missing} too");
        }
    }

    private static bool IsAddress(string text) => Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is ("http" or "https");

    private string Text(string key, string otherwise) => _section[key] is { Length: > 0 } value ? value : otherwise;

    private string? Optional(string key) => _section[key] is { Length: > 0 } value ? value : null;

    private string OneOf(string key, string otherwise, params string[] allowed)
    {
        var value = Text(key, otherwise).ToLowerInvariant();
        if (!allowed.Contains(value))
        {
            Error(key, value, $"must be one of {string.Join(", ", allowed)}");
        }

        return value;
    }

    private bool Flag(string key, bool otherwise)
    {
        var value = Text(key, otherwise ? "true" : "false");
        if (!bool.TryParse(value, out var flag))
        {
            Error(key, value, "must be true or false");
        }

        return flag;
    }

    private long Number(string key, long otherwise, long least, long most)
    {
        var value = Text(key, otherwise.ToString(CultureInfo.InvariantCulture));
        if (!long.TryParse(value, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) || number < least || number > most)
        {
            Error(key, value, $"must be a whole number from {least} to {most}");
        }

        return number;
    }

    private TimeSpan? Time(string key, TimeSpan least)
    {
        var value = Text(key, "");
        if (value.Length == 0)
        {
            return null;
        }

        if (TryTime(value, out var time) && time >= least && time <= TimeSpan.FromHours(1))
        {
            return time;
        }

        Error(key, value, $"must be a time from {least.TotalMilliseconds}ms to 1h, such as 500ms, 5s or 2m");
        return null;
    }

    private static bool TryTime(string value, out TimeSpan time)
    {
        var (unit, seconds) = value switch
        {
            _ when value.EndsWith("ms", StringComparison.Ordinal) => (2, 0.001),
            _ when value.EndsWith('s') => (1, 1.0),
            _ when value.EndsWith('m') => (1, 60.0),
            _ when value.EndsWith('h') => (1, 3600.0),
            _ => (0, 0.0),
        };
        var parsed = double.TryParse(value[..^unit], NumberStyles.Float, CultureInfo.InvariantCulture, out var number);
        time = parsed && unit > 0 && double.IsFinite(number) && Math.Abs(number * seconds) < 1e6 ? TimeSpan.FromSeconds(number * seconds) : TimeSpan.Zero;
        return time > TimeSpan.Zero;
    }

    private void Error(string key, string? value, string fix) => _errors.Add($"Gearpump:{key} '{value}' {fix}");

    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]) ? diagonal : diagonal + 1;
                (diagonal, row[j]) = (row[j], Math.Min(cost, Math.Min(row[j], row[j - 1]) + 1));
            }
        }

        return row[^1];
    }
}
