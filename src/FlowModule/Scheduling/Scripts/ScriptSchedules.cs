using System.Collections;
using System.Globalization;
using System.Management.Automation.Language;
using System.Management.Automation;
using System.Text.RegularExpressions;
using FlowModule.Engine.Schedules;
using FlowModule.History;
using FlowModule.Scheduling.Registrations;
using FlowModule.Serialization;

namespace FlowModule.Scheduling.Scripts;

/// <summary>
/// Schedules in comment lines of scripts, like #Requires: <c>#FlowSchedule -Cron '0 3 * * *'</c>. They are read without
/// running the script.
/// </summary>
internal static partial class ScriptSchedules
{
    /// <summary>The scheduled flow that the lines of a script define; null if they define no time.</summary>
    /// <param name="path">The script.</param>
    /// <param name="historyPath">The file of the history that records its runs.</param>
    /// <exception cref="FlowException">A line is invalid, or the name cannot be registered.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    internal static ScheduledFlow? Read(string path, string historyPath)
    {
        string script = Path.GetFullPath(path);
        if (LinesOf(script) is not { Schedules.Count: > 0 } lines)
        {
            return null;
        }

        string name = ScheduleNames.Require(lines.Name ?? Path.GetFileNameWithoutExtension(script));
        return new ScheduledFlow
        {
            Name = name,
            Path = script,
            Schedules = lines.Schedules,
            WorkingDirectory = Path.GetDirectoryName(script)!,
            Parameters = lines.Parameters is { } parameters ? HistoryXml.Write(parameters, hasSession: false) : null,
            MultipleInstances = lines.MultipleInstances ?? default,
            Missed = lines.Missed ?? default,
            LogPath = Path.Combine(HistoryFolders.FolderOf(historyPath), "logs", name + ".log"),

            // The current lines are valid since the script was written.
            Since = new DateTimeOffset(File.GetLastWriteTimeUtc(script)),
        };
    }

    /// <summary>The values in the lines of a script; null if it has none.</summary>
    /// <exception cref="FlowException">A line is invalid.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    internal static ScriptSchedule? LinesOf(string path)
    {
        // A script with other errors still has its schedule: its failure is reported when it runs.
        Parser.ParseInput(File.ReadAllText(path), path, out Token[] tokens, out _);
        var schedules = new List<FlowSchedule>();
        var options = new Dictionary<string, object>(StringComparer.OrdinalIgnoreCase);
        bool any = false;
        foreach (Token token in tokens.Where(IsLine))
        {
            any = true;
            try
            {
                Add(token.Text[1..], schedules, options);
            }
            catch (ScheduleException exception)
            {
                string line = token.Extent.StartLineNumber.ToString(CultureInfo.InvariantCulture);
                throw ScheduleFaults.ToError(exception, token.Text, $"{path}:{line}");
            }
        }

        return !any ? null : new ScriptSchedule
        {
            Schedules = schedules,
            Name = options.GetValueOrDefault(ScheduleLine.Name) as string,
            Parameters = options.GetValueOrDefault(ScheduleLine.Parameters) as IDictionary,
            MultipleInstances = options.GetValueOrDefault(ScheduleLine.MultipleInstances) as MultipleInstances?,
            Missed = options.GetValueOrDefault(ScheduleLine.Missed) as MissedRuns?,
        };
    }

    private static void Add(string line, List<FlowSchedule> schedules, Dictionary<string, object> options)
    {
        Dictionary<string, object> bound = ScheduleLine.Bind(line);
        foreach ((string name, object value) in bound.Where(entry => !ScheduleParameters.Types.ContainsKey(entry.Key)))
        {
            if (!options.TryAdd(name, value))
            {
                throw new ScheduleException(ScheduleFault.Invalid, $"-{name} occurs in an earlier line: it applies to all lines.");
            }
        }

        // A time in the past may have been in the future when the line was written: it is valid, and never fires again.
        var parameters = new ScheduleParameters(bound);
        if (parameters.SayWhen)
        {
            schedules.Add(parameters.Make(now: null));
        }
        else if (bound.Count == 0)
        {
            throw new ScheduleException(ScheduleFault.Invalid, "It has no parameters: use -Cron, -Every, -At, -Daily or -Weekly.");
        }
    }

    /// <summary>At the beginning of a line, and without a space after the #, like #Requires.</summary>
    private static bool IsLine(Token token) => token.Kind == TokenKind.Comment && Line().IsMatch(token.Text)
        && string.IsNullOrWhiteSpace(token.Extent.StartScriptPosition.Line[..(token.Extent.StartColumnNumber - 1)]);

    [GeneratedRegex("^#" + ScheduleLine.Word + @"(?!\w)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: Timeout.Infinite)]
    private static partial Regex Line();
}
