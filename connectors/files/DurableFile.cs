namespace Gearpump.Files;

/// <summary>
/// Files that appear under their name whole and durable, or not at all: written aside under a temporary name, flushed to the
/// disk, then given the name only if it is free (a hard link on Unix, a move without overwriting on Windows).
/// </summary>
internal static class DurableFile
{
    // Windows' ERROR_HANDLE_DISK_FULL and ERROR_DISK_FULL as they stand in an exception.
    private const int HandleDiskFull = unchecked((int)0x80070027);
    private const int DiskFull = unchecked((int)0x80070070);

    // A folder that has become empty may be removed between its creation and the first file in it; each try makes it again.
    private const int FolderTriesMax = 16;

    /// <summary>The prefix of files that are being written; a reader passes them over.</summary>
    public const string TemporaryPrefix = ".tmp-";

    /// <summary>Writes a new temporary file into a folder, flushed to the disk. On an error it leaves nothing behind.</summary>
    /// <exception cref="StorageFullException">The disk is full.</exception>
    public static async Task<string> WriteTemporaryAsync(string folder, string prefix, Func<FileStream, Task> write)
    {
        var file = CreateTemporary(folder, prefix);
        try
        {
            await using (file.ConfigureAwait(false))
            {
                await write(file).ConfigureAwait(false);
                file.Flush(flushToDisk: true);
            }

            return file.Name;
        }
        catch (Exception e)
        {
            File.Delete(file.Name);
            if (e is IOException io && IsFull(io))
            {
                throw new StorageFullException(folder, io);
            }

            throw;
        }
    }

    /// <summary>Gives a finished, flushed temporary file its name, unless that is taken. The temporary name is gone in any case.</summary>
    /// <returns>False: the name is taken. Either way the name is durable.</returns>
    public static bool Publish(string temporary, string path)
    {
        bool created;
        try
        {
            created = OperatingSystem.IsWindows() ? MoveOnWindows(temporary, path) : UnixFiles.Link(temporary, path);
        }
        finally
        {
            File.Delete(temporary);
        }

        SyncFolder(Path.GetDirectoryName(path)!);
        return created;
    }

    /// <summary>Deletes temporary files that a process has left behind: those with the prefix, unless one was written to lately.</summary>
    public static void DeleteLeftovers(string folder, string prefix, TimeSpan olderThan, SearchOption search)
    {
        foreach (var path in Directory.EnumerateFiles(folder, prefix + "*", search))
        {
            if (DateTime.UtcNow - File.GetLastWriteTimeUtc(path) >= olderThan)
            {
                File.Delete(path);
            }
        }
    }

    /// <summary>Creates a folder and those above it, each durable before the next.</summary>
    public static void CreateFolder(string folder)
    {
        if (Directory.Exists(folder))
        {
            return;
        }

        var parent = Path.GetDirectoryName(folder);
        if (parent is null)
        {
            throw new DirectoryNotFoundException($"there is no {folder}");
        }

        CreateFolder(parent);
        Directory.CreateDirectory(folder);
        SyncFolder(parent);
    }

    /// <summary>Makes a folder's entries durable, where the system can.</summary>
    public static void SyncFolder(string folder)
    {
        // Windows has no such call for folders; its file systems journal their entries.
        if (!OperatingSystem.IsWindows())
        {
            UnixFiles.SyncFolder(folder);
        }
    }

    /// <summary>Whether an error says that the disk or a quota is full.</summary>
    public static bool IsFull(IOException error) =>
        error.HResult is UnixFiles.NoSpace or HandleDiskFull or DiskFull || error.HResult == UnixFiles.QuotaExceeded;

    private static FileStream CreateTemporary(string folder, string prefix)
    {
        for (var tries = 1; ; tries++)
        {
            CreateFolder(folder);
            try
            {
                return new FileStream(Path.Combine(folder, prefix + Guid.NewGuid().ToString("n")), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16);
            }
            catch (Exception e) when (e is DirectoryNotFoundException or FileNotFoundException && tries < FolderTriesMax)
            {
                // The folder was empty and has just been removed by a delete; where it is there again, the file is what is not found.
            }
        }
    }

    private static bool MoveOnWindows(string temporary, string path)
    {
        try
        {
            File.Move(temporary, path, overwrite: false);
            return true;
        }
        catch (IOException) when (File.Exists(path))
        {
            return false;
        }
    }
}
