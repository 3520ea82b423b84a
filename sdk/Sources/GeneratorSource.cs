namespace Gearpump.Sources;

/// <summary>Makes records from their index, 0 to count − 1: for tests, examples and measurements. Split s of S has the indices s, s + S, s + 2S …</summary>
public sealed class GeneratorSource<T> : ITimeReplayableSource
{
    private readonly long _count;
    private readonly Func<long, T> _record;
    private readonly Serde<T> _serde;
    private readonly int _splits;
    private readonly double? _recordsPerSecond;
    private readonly TimeProvider _time;

    /// <param name="count">How many records there are; <see cref="long.MaxValue"/>: without end.</param>
    /// <param name="record">Makes a record; the same for the same index at every call, or a replay differs.</param>
    /// <param name="serde">Makes its bytes.</param>
    /// <param name="splits">How many tasks can read side by side. Default 1.</param>
    /// <param name="recordsPerSecond">Of all splits together; null: as fast as possible.</param>
    /// <param name="time">For the rate. Default: the system's.</param>
    public GeneratorSource(long count, Func<long, T> record, Serde<T> serde, int splits = 1, double? recordsPerSecond = null, TimeProvider? time = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentNullException.ThrowIfNull(record);
        ArgumentNullException.ThrowIfNull(serde);
        ArgumentOutOfRangeException.ThrowIfLessThan(splits, 1);
        if (recordsPerSecond is { } rate && !(rate > 0 && double.IsFinite(rate)))
        {
            throw new ArgumentOutOfRangeException(nameof(recordsPerSecond), rate, "use a number above 0");
        }

        (_count, _record, _serde, _splits) = (count, record, serde, splits);
        (_recordsPerSecond, _time) = (recordsPerSecond, time ?? TimeProvider.System);
    }

    // The rate is not part of it: a job may go on slower or faster.
    /// <inheritdoc />
    public string Identity => $"generator of {_count} records in {_splits} splits";

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<SourceSplit>> GetSplitsAsync(CancellationToken cancellation) =>
        ValueTask.FromResult<IReadOnlyList<SourceSplit>>([.. Enumerable.Range(0, _splits).Select(split =>
            new SourceSplit($"{split}", SourcePosition.FromInt64(0), _count == long.MaxValue ? null : SourcePosition.FromInt64(CountOf(split))))]);

    /// <inheritdoc />
    public ValueTask<ISplitReader> OpenAsync(SourceSplit split, SourcePosition position, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(split);
        if (!int.TryParse(split.Id, System.Globalization.CultureInfo.InvariantCulture, out var number) || number < 0 || number >= _splits)
        {
            throw new SourceLostException($"{Identity} has no split '{split.Id}'");
        }

        var taken = position.ToInt64();
        var count = CountOf(number);
        if (taken < 0 || taken > count)
        {
            throw new SourceLostException($"{Identity}: split '{split.Id}' has {count} records, the position says {taken}");
        }

        var pace = _recordsPerSecond is { } rate ? new Pace(rate / _splits, _time) : null;
        return ValueTask.FromResult<ISplitReader>(new GeneratorReader<T>(_record, _serde, number, _splits, taken, count, pace));
    }

    private long CountOf(int split) => _count / _splits + (split < _count % _splits ? 1 : 0);
}
