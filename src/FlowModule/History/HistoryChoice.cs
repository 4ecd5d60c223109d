using System.Management.Automation;
using FlowModule.Engine.History;
using FlowModule.Engine.Storage;
using FlowModule.Serialization;
using FlowModule.Sessions;

namespace FlowModule.History;

/// <summary>Where the runs of a call are recorded, by its parameters.</summary>
/// <param name="Path">The file, or null for the default history.</param>
/// <param name="IsOff">Whether they are not recorded.</param>
/// <param name="IsRequired">Whether they must not start if they cannot be recorded.</param>
internal sealed record HistoryChoice(string? Path = null, bool IsOff = false, bool IsRequired = false)
{
    internal static readonly HistoryChoice Usual = new();

    /// <summary>Reads the parameters of a cmdlet.</summary>
    /// <exception cref="FlowException">The path is not in the file system.</exception>
    internal static HistoryChoice Of(PSCmdlet cmdlet, string? path, bool isOff, bool isRequired) =>
        path is null && !isOff && !isRequired ? Usual : new(path is null ? null : FileOf(cmdlet, path), isOff, isRequired);

    /// <summary>Opens the default history on another thread, if the call will need it.</summary>
    /// <param name="context">The session.</param>
    /// <param name="path">The file that the call names.</param>
    /// <param name="isOff">Whether the call records nothing.</param>
    internal static void OpenAhead(RunspaceContext context, string? path, bool isOff)
    {
        if (path is null && !isOff && context.CurrentRun is null && Histories.IsModeKnown)
        {
            // Compiles the encoder, which the first end of a run needs for its result.
            Histories.Default?.OpenAhead(static () => HistoryValues.Instance.Encode(new PSObject(string.Empty)));
        }
    }

    /// <summary>The history for top-level runs, or null for none.</summary>
    /// <exception cref="FlowException">It is required and cannot be used.</exception>
    internal RunHistory? Find() => Find(around: null).History;

    /// <summary>The history to record in, or null for none; and whether the runs need it.</summary>
    /// <param name="around">The run around the call, or null.</param>
    /// <exception cref="FlowException">It is required and cannot be used, or the parameters are not allowed here.</exception>
    internal (RunHistory? History, bool IsRequired) Find(FlowRun? around)
    {
        if (IsOff && (IsRequired || Path is not null))
        {
            throw HistoryErrors.Contradiction(Path is null ? "-RequireHistory" : "-HistoryPath");
        }

        return around is null ? FindForFirst() : FindInside(around);
    }

    private (RunHistory?, bool) FindForFirst()
    {
        Histories.RequireMode();
        bool isRequired = IsRequired || Histories.IsRequired;
        RunHistory? history = IsOff ? null : Path is null ? Histories.Default : Histories.At(Path);
        if (isRequired)
        {
            Require(history, IsOff ? $"It is off (-NoHistory), and {Histories.ModeVariable} requires it." : $"The history is off ({Histories.ModeVariable}).");
        }

        return (history, isRequired);
    }

    /// <summary>A run is recorded in the history of the run around it.</summary>
    private (RunHistory?, bool) FindInside(FlowRun around)
    {
        RunRecording? recording = around.Recording;
        if (IsOff && recording is not null)
        {
            throw HistoryErrors.InsideRun(around, "-NoHistory");
        }

        if (Path is not null && !ReferenceEquals(Histories.At(Path), recording?.History))
        {
            throw HistoryErrors.InsideRun(around, "Another -HistoryPath");
        }

        if (IsRequired)
        {
            Require(recording?.History, $"{around.KindName} '{around.Name}' is not recorded.");
        }

        return (recording?.History, IsRequired || recording?.IsRequired == true);
    }

    private static void Require(RunHistory? history, string whyNone)
    {
        try
        {
            (history ?? throw HistoryErrors.Unavailable(whyNone, history: null)).Require();
        }
        catch (HistoryException exception)
        {
            throw HistoryErrors.Unavailable(exception.Message, history, exception);
        }
    }

    /// <summary>The file for a PowerShell path; for a folder, the default file name in it.</summary>
    /// <exception cref="FlowException">The path is not in the file system.</exception>
    internal static string FileOf(PSCmdlet cmdlet, string path)
    {
        if (HistoryBackends.AddressOf(path) is { Path: null })
        {
            return path;
        }

        string file;
        ProviderInfo provider;
        try
        {
            file = cmdlet.SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out provider, out _);
        }
        catch (Exception exception) when (exception is System.Management.Automation.DriveNotFoundException or ProviderNotFoundException or ProviderInvocationException or PSInvalidOperationException or NotSupportedException)
        {
            throw HistoryErrors.InvalidPath(path, exception.Message, exception);
        }

        if (provider.Name != "FileSystem")
        {
            throw HistoryErrors.InvalidPath(path, $"it is a path of {provider.Name}, not of the file system.");
        }

        return Directory.Exists(file) || System.IO.Path.EndsInDirectorySeparator(file) ? System.IO.Path.Combine(file, Histories.FileName) : file;
    }
}
