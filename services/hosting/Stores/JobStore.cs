using Gearpump.Files;
using Gearpump.Hosting.Options;
using Gearpump.S3;
using Gearpump.Storage;

namespace Gearpump.Hosting.Stores;

/// <summary>The store that the options name: a folder, or a place in S3.</summary>
internal static class JobStore
{
    /// <summary>Opens it, without asking it anything. A folder is created where it is absent.</summary>
    public static IObjectStore Open(GearpumpOptions options) => S3Options.TryParse(options.State) is { } place
        ? new S3ObjectStore(place with
        {
            Endpoint = options.S3Endpoint,
            Region = options.S3Region,
            AccessKey = options.S3AccessKey,
            SecretKey = options.S3SecretKey,
        })
        : new FolderObjectStore(options.State);

    /// <summary>What it is, for people.</summary>
    public static string NameOf(GearpumpOptions options) => S3Options.IsS3(options.State) ? options.State : $"state folder {options.State}";
}
