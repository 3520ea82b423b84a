using System.Diagnostics;
using System.Globalization;

namespace Gearpump.Files;

/// <summary>Holds a reader back to the rate that a file says.</summary>
internal sealed class Pace(string? file)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(200);
    private long _since = Stopwatch.GetTimestamp();
    private long _lookedAt = long.MinValue;
    private double _perSecond = double.PositiveInfinity;
    private long _taken;

    /// <summary>How many more lines may be read now.</summary>
    public long Allowance
    {
        get
        {
            if (file is null)
            {
                return long.MaxValue;
            }

            if (_lookedAt == long.MinValue || Stopwatch.GetElapsedTime(_lookedAt) > LookEvery)
            {
                Look();
            }

            return double.IsInfinity(_perSecond) ? long.MaxValue : (long)(Stopwatch.GetElapsedTime(_since).TotalSeconds * _perSecond) - _taken;
        }
    }

    public void Take(long lines) => _taken += lines;

    private void Look()
    {
        _lookedAt = Stopwatch.GetTimestamp();
        var perSecond = double.PositiveInfinity;
        try
        {
            perSecond = double.Parse(File.ReadAllText(file!), CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // No file, no bound.
        }

        if (!perSecond.Equals(_perSecond))
        {
            (_perSecond, _since, _taken) = (perSecond, Stopwatch.GetTimestamp(), 0);
        }
    }
}
