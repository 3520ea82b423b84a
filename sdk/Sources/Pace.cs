namespace Gearpump.Sources;

/// <summary>Lets so many records a second through. What was not used is kept for one second, no longer, so that a pause is not made up for by a flood.</summary>
internal sealed class Pace(double perSecond, TimeProvider time)
{
    private long _since = time.GetTimestamp();
    private double _allowance = 1;

    public bool TryTake()
    {
        if (_allowance < 1)
        {
            var now = time.GetTimestamp();
            _allowance = Math.Min(_allowance + (time.GetElapsedTime(_since, now).TotalSeconds * perSecond), Math.Max(1, perSecond));
            _since = now;
        }

        if (_allowance < 1)
        {
            return false;
        }

        _allowance--;
        return true;
    }

    public ValueTask WaitAsync(CancellationToken cancellation)
    {
        // At least a millisecond, at most a minute: rates below one a minute look again in between.
        var seconds = Math.Clamp((1 - _allowance) / perSecond, 0.001, 60);
        return new ValueTask(Task.Delay(TimeSpan.FromSeconds(seconds), time, cancellation));
    }
}
