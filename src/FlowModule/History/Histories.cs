using System.Collections.Concurrent;
using System.Globalization;
using FlowModule.Engine.Files;
using FlowModule.Engine.History;
using FlowModule.Engine.History.Input;
using FlowModule.Engine.History.Relay;
using FlowModule.Engine.Storage;
using FlowModule.Serialization;

namespace FlowModule.History;

/// <summary>The histories of this process, one for each address.</summary>
internal static class Histories
{
    /// <summary>Names the folder that the history is in, in place of the user's data folder.</summary>
    internal const string HomeVariable = "FLOW_HOME";

    /// <summary>Says whether runs are recorded: off, on, or required.</summary>
    internal const string ModeVariable = "FLOW_HISTORY";

    /// <summary>The address of the history, in place of the file in that folder.</summary>
    internal const string UrlVariable = "FLOW_HISTORY_URL";

    internal const string FileName = "history.db";

    /// <summary>How many megabytes of cached results are kept.</summary>
    internal const string CacheVariable = "FLOW_CACHE_MB";

    private static readonly ConcurrentDictionary<HistoryAddress, RunHistory> Open = new();

    static Histories() => AppDomain.CurrentDomain.ProcessExit += (_, _) =>
    {
        foreach (RunHistory history in Open.Values)
        {
            history.Dispose();
        }
    };

    /// <summary>Where runs are recorded when nobody says otherwise.</summary>
    internal static string DefaultPath => OwnPath ?? Url ?? Path.Combine(Home, FileName);

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

    private static string? Url => Environment.GetEnvironmentVariable(UrlVariable) is { Length: > 0 } url ? url : null;

    internal static string Home => Environment.GetEnvironmentVariable(HomeVariable) is { Length: > 0 } home ? home : PrivateFiles.UserFolder;

    /// <summary>The history at an address, which may be the path of a file. Nothing is opened or made before it is used.</summary>
    internal static RunHistory At(string place) => Open.GetOrAdd(HistoryBackends.AddressOf(place), static address => Make(address));

    /// <summary>Closes the history at an address, once all that was recorded is in it. Who asks for it again gets it opened anew.</summary>
    internal static void Close(string place)
    {
        if (Open.TryRemove(HistoryBackends.AddressOf(place), out RunHistory? history))
        {
            history.Dispose();
        }
    }

    /// <summary>What is no number is as if it were not there: to cache less or more is no reason to run nothing.</summary>
    private static long CacheBytes => int.TryParse(
        Environment.GetEnvironmentVariable(CacheVariable), NumberStyles.None, CultureInfo.InvariantCulture, out int megabytes)
            ? megabytes * 1024L * 1024
            : RunHistory.DefaultResultBytes;

    private static RunHistory Make(HistoryAddress address)
    {
        var history = new RunHistory(address, HistoryValues.Instance, TimeProvider.System, HistoryBackends.Of(address))
        {
            ResultBytes = CacheBytes,
        };
        RunRequests.Watch(history);
        InputWait.Watch(history);
        return history;
    }
}
