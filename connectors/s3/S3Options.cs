namespace Gearpump.S3;

/// <summary>Where a job's objects are, and as whom they are reached.</summary>
public sealed record S3Options
{
    private const string Scheme = "s3://";

    /// <summary>The bucket. It has to exist.</summary>
    public required string Bucket { get; init; }

    /// <summary>Goes before every key, without a slash at its ends. Default: none.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>
    /// Address of a store that speaks S3's protocol, such as http://minio:9000; the bucket is then part of the path. Default: none,
    /// Amazon's own for the region.
    /// </summary>
    public string? Endpoint { get; init; }

    /// <summary>The region. Default: with an endpoint us-east-1, otherwise what the SDK finds (AWS_REGION, profile, machine).</summary>
    public string? Region { get; init; }

    /// <summary>Default: what the SDK finds (AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, profile, web identity, container, machine).</summary>
    public string? AccessKey { get; init; }

    /// <summary>Belongs to <see cref="AccessKey"/>.</summary>
    public string? SecretKey { get; init; }

    /// <summary>From a request to its answer, each attempt; a large object gets a second more for each MiB. Default 5 s.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often a request is tried again that the store was too busy for, or that found nobody. Default 3.</summary>
    public int RetriesMax { get; init; } = 3;

    /// <summary>Before the first retry; doubled for each further one, with jitter, at most 2 s. Default 100 ms.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Whether a place is meant for S3: it begins with s3://.</summary>
    public static bool IsS3(string place) => place.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads s3://bucket or s3://bucket/prefix. Null: it is neither.</summary>
    public static S3Options? TryParse(string place)
    {
        if (!IsS3(place))
        {
            return null;
        }

        var parts = place[Scheme.Length..].TrimEnd('/').Split('/');
        return parts[0].Length is >= 3 and <= 63 && parts[0].All(IsBucketCharacter) && parts.All(static part => part.Length > 0)
            ? new S3Options { Bucket = parts[0], Prefix = string.Join('/', parts[1..]) }
            : null;
    }

    /// <summary>Without the secret.</summary>
    public override string ToString() => $"{Scheme}{Bucket}{(Prefix.Length == 0 ? "" : "/" + Prefix)}{(Endpoint is null ? "" : $" at {Endpoint}")}";

    private static bool IsBucketCharacter(char character) => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character is '-' or '.';
}
