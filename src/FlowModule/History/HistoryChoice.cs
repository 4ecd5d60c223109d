using System.Management.Automation;
using FlowModule.Engine.History;
using FlowModule.Serialization;
using FlowModule.Sessions;

namespace FlowModule.History;

/// <summary>Where the runs of a call are recorded, as the call says.</summary>
/// <param name="Path">The file, or null for the usual one.</param>
/// <param name="IsOff">Whether they are not recorded.</param>
/// <param name="IsRequired">Whether they must not start when they cannot be recorded.</param>
internal sealed record HistoryChoice(string? Path = null, bool IsOff = false, bool IsRequired = false)
{
    internal static readonly HistoryChoice Usual = new();

    /// <summary>What the parameters of a cmdlet say.</summary>
    /// <exception cref="FlowException">The path is none of files.</exception>
    internal static HistoryChoice Of(PSCmdlet cmdlet, string? path, bool isOff, bool isRequired) =>
        path is null && !isOff && !isRequired ? Usual : new(path is null ? null : FileOf(cmdlet, path), isOff, isRequired);

    /// <summary>Opens the usual history on another thread, if a call that begins will need it.</summary>
    /// <param name="context">The session.</param>
    /// <param name="path">What the call says of the file.</param>
    /// <param name="isOff">Whether it says to record nothing.</param>
    internal static void OpenAhead(RunspaceContext context, string? path, bool isOff)
    {
        if (path is null && !isOff && context.CurrentRun is null && Histories.IsModeKnown)
        {
            // The first end of a run writes its result: a short one needs all that there is to be compiled for it.
            Histories.Default?.OpenAhead(static () => HistoryValues.Instance.Encode(new PSObject(string.Empty)));
        }
    }

    /// <summary>The history that is meant where no run is, or null for none.</summary>
    /// <exception cref="FlowException">It is required and cannot be used.</exception>
    internal RunHistory? Find() => Find(around: null).History;

    /// <summary>The history to record in, or null for none; and whether the runs need it.</summary>
    /// <param name="around">The run that the call is in, or null.</param>
    /// <exception cref="FlowException">It is required and cannot be used, or what was asked for cannot be.</exception>
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

    /// <summary>A run is recorded where the run around it is.</summary>
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

    /// <summary>A path as PowerShell has it; in a folder, the usual file.</summary>
    /// <exception cref="FlowException">It is none of files.</exception>
    internal static string FileOf(PSCmdlet cmdlet, string path)
    {
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
            throw HistoryErrors.InvalidPath(path, $"it is a path of {provider.Name}, and not of files.");
        }

        return Directory.Exists(file) || System.IO.Path.EndsInDirectorySeparator(file) ? System.IO.Path.Combine(file, Histories.FileName) : file;
    }
}
