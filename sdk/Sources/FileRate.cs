using System.Diagnostics;
using System.Globalization;

namespace Gearpump.Sources;

/// <summary>A rate that stands in a file. What was not used is kept for one second, no longer. Used by one thread at a time, as readers are.</summary>
internal sealed class FileRate(string file)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(200);
    private long _since = Stopwatch.GetTimestamp();
    private long? _lookedAt;
    private double _perSecond = double.PositiveInfinity;
    private double _allowance;

    /// <summary>How many more records may be read now.</summary>
    public long Allowance
    {
        get
        {
            if (_lookedAt is not { } lookedAt || Stopwatch.GetElapsedTime(lookedAt) > LookEvery)
            {
                Look(file);
            }

            if (double.IsPositiveInfinity(_perSecond))
            {
                return long.MaxValue;
            }

            var now = Stopwatch.GetTimestamp();
            _allowance = Math.Min(_allowance + (Stopwatch.GetElapsedTime(_since, now).TotalSeconds * _perSecond), Math.Max(1, _perSecond));
            _since = now;
            return (long)_allowance;
        }
    }

    public void Take(long records) => _allowance -= records;

    private void Look(string path)
    {
        _lookedAt = Stopwatch.GetTimestamp();
        double perSecond;
        try
        {
            // Half written at the moment, or no number: what was read before stays.
            if (!double.TryParse(File.ReadAllText(path), NumberStyles.Float, CultureInfo.InvariantCulture, out perSecond) || !(perSecond >= 0))
            {
                return;
            }
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            perSecond = double.PositiveInfinity;
        }

        if (!perSecond.Equals(_perSecond))
        {
            (_perSecond, _since, _allowance) = (perSecond, Stopwatch.GetTimestamp(), 0);
        }
    }
}
