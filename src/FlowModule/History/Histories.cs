using System.Collections.Concurrent;
using System.Globalization;
using FlowModule.Engine.Files;
using FlowModule.Engine.History;
using FlowModule.Engine.Storage;
using FlowModule.Loading;
using FlowModule.Serialization;

namespace FlowModule.History;

/// <summary>The histories of this process, one for each file.</summary>
internal static class Histories
{
    /// <summary>Names the folder that the history is in, in place of the user's data folder.</summary>
    internal const string HomeVariable = "FLOW_HOME";

    /// <summary>Says whether runs are recorded: off, on, or required.</summary>
    internal const string ModeVariable = "FLOW_HISTORY";

    internal const string FileName = "history.db";

    /// <summary>How many megabytes of cached results are kept.</summary>
    internal const string CacheVariable = "FLOW_CACHE_MB";

    private static readonly ConcurrentDictionary<string, RunHistory> Open = new(
        OperatingSystem.IsLinux() ? StringComparer.Ordinal : StringComparer.OrdinalIgnoreCase);

    private static readonly Lazy<Func<string, TimeProvider, OpenedStore>> LazyOpenStore = new(
        () => PrivateAssemblies.Method<Func<string, TimeProvider, OpenedStore>>("sqlite", "FlowModule.Sqlite.SqliteHistory", "Open"));

    static Histories() => AppDomain.CurrentDomain.ProcessExit += (_, _) =>
    {
        foreach (RunHistory history in Open.Values)
        {
            history.Dispose();
        }
    };

    /// <summary>Where runs are recorded when nobody says otherwise.</summary>
    internal static string DefaultPath => OwnPath ?? Path.Combine(Home, FileName);

    /// <summary>The file that this process was started to record runs in; null for the usual one. Set once, before any cmdlet runs.</summary>
    internal static string? OwnPath { get; set; }

    /// <summary>The history of runs for which nothing else is said; null when it is off.</summary>
    internal static RunHistory? Default => IsOff ? null : At(DefaultPath);

    internal static bool IsOff => Mode.Equals("off", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a run must not start without its history.</summary>
    internal static bool IsRequired => Mode.Equals("required", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether the variable says something that is understood.</summary>
    internal static bool IsModeKnown => Mode.Length == 0 || IsOff || IsRequired || Mode.Equals("on", StringComparison.OrdinalIgnoreCase);

    /// <summary>Sees that the variable says something that is understood.</summary>
    /// <exception cref="FlowException">It does not: better than that runs are not recorded, or must be, and nobody knows.</exception>
    internal static void RequireMode()
    {
        if (!IsModeKnown)
        {
            throw HistoryErrors.InvalidMode(Mode);
        }
    }

    private static string Mode => Environment.GetEnvironmentVariable(ModeVariable) ?? string.Empty;

    /// <summary>The user's own folder of this module, whatever the environment says of histories.</summary>
    internal static string UserFolder =>
        Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "FlowModule");

    private static string Home => Environment.GetEnvironmentVariable(HomeVariable) is { Length: > 0 } home ? home : UserFolder;

    /// <summary>The history in a file. Nothing is opened or made before it is used.</summary>
    internal static RunHistory At(string path)
    {
        string full = Path.GetFullPath(path);
        return Open.GetOrAdd(full, static path => Make(path));
    }

    /// <summary>Opens the file of a history.</summary>
    /// <exception cref="HistoryException">It cannot be opened.</exception>
    internal static OpenedStore OpenStore(string path)
    {
        OpenedStore opened = LazyOpenStore.Value(path, TimeProvider.System);
        if (Path.GetDirectoryName(path) == UserFolder)
        {
            // All of it is the module's, also where a umask once left it open.
            PrivateFiles.MakePrivate(UserFolder);
        }

        return opened;
    }

    /// <summary>Closes the history in a file, once all that was recorded is in it. Who asks for it again gets it opened anew.</summary>
    internal static void Close(string path)
    {
        if (Open.TryRemove(Path.GetFullPath(path), out RunHistory? history))
        {
            history.Dispose();
        }
    }

    /// <summary>What is no number is as if it were not there: to cache less or more is no reason to run nothing.</summary>
    private static long CacheBytes => int.TryParse(
        Environment.GetEnvironmentVariable(CacheVariable), NumberStyles.None, CultureInfo.InvariantCulture, out int megabytes)
            ? megabytes * 1024L * 1024
            : RunHistory.DefaultResultBytes;

    private static RunHistory Make(string path)
    {
        var history = new RunHistory(path, HistoryValues.Instance, TimeProvider.System, () => OpenStore(path))
        {
            ResultBytes = CacheBytes,
        };
        RunRequests.Watch(history);
        InputWait.Watch(history);
        return history;
    }
}
