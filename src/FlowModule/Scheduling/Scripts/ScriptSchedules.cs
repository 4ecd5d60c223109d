using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Text.RegularExpressions;
using FlowModule.Engine.Schedules;
using FlowModule.Scheduling.Registrations;
using FlowModule.Serialization;

namespace FlowModule.Scheduling.Scripts;

/// <summary>
/// Schedules that scripts carry in comment lines, as they carry #Requires: <c>#FlowSchedule -Cron '0 3 * * *'</c>. They are read without
/// running anything.
/// </summary>
internal static partial class ScriptSchedules
{
    /// <summary>A script as it is to be scheduled, by its own lines; null when it has none that says when.</summary>
    /// <param name="path">The script.</param>
    /// <param name="historyPath">The file of the history that its runs are recorded in.</param>
    /// <exception cref="FlowException">A line of it is wrong, or it has a name that no flow can be registered under.</exception>
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
            LogPath = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(historyPath))!, "logs", name + ".log"),

            // What the script says now it has said since it was written.
            Since = new DateTimeOffset(File.GetLastWriteTimeUtc(script)),
        };
    }

    /// <summary>What the lines of a script say; null when it has none.</summary>
    /// <exception cref="FlowException">A line of it is wrong.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    internal static ScriptSchedule? LinesOf(string path)
    {
        // A script that is wrong elsewhere has its schedule all the same: that it fails is told when it runs.
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
                throw new ScheduleException(ScheduleFault.Invalid, $"-{name} has been given by a line before: it is about all of them.");
            }
        }

        // What is past may have been to come when it was written: it stays, and never fires again.
        var parameters = new ScheduleParameters(bound);
        if (parameters.SayWhen)
        {
            schedules.Add(parameters.Make(now: null));
        }
        else if (bound.Count == 0)
        {
            throw new ScheduleException(ScheduleFault.Invalid, "It says nothing: give -Cron, -Every, -At, -Daily or -Weekly.");
        }
    }

    /// <summary>At the beginning of a line, and with no space after the #, as #Requires.</summary>
    private static bool IsLine(Token token) => token.Kind == TokenKind.Comment && Line().IsMatch(token.Text)
        && string.IsNullOrWhiteSpace(token.Extent.StartScriptPosition.Line[..(token.Extent.StartColumnNumber - 1)]);

    [GeneratedRegex("^#" + ScheduleLine.Word + @"(?!\w)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Line();
}
