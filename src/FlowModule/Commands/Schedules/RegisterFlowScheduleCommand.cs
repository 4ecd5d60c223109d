using System.Collections;
using System.Management.Automation;
using FlowModule.Completion;
using FlowModule.Engine.Schedules;
using FlowModule.History;
using FlowModule.Scheduling.Notifications;
using FlowModule.Scheduling.Registrars;
using FlowModule.Scheduling.Registrations;
using FlowModule.Scheduling.Scripts;

namespace FlowModule.Commands;

/// <summary>Registers a script with a scheduler.</summary>
[Cmdlet(VerbsLifecycle.Register, "FlowSchedule", SupportsShouldProcess = true)]
[OutputType(typeof(FlowRegistration))]
public sealed class RegisterFlowScheduleCommand : RegistrationCommand
{
    /// <summary>The script.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName", "PSPath")]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = string.Empty;

    /// <summary>
    /// When it runs: at the occurrences of any of these, cron expressions or schedules from New-FlowSchedule. Without it, the #FlowSchedule lines of the script apply;
    /// they also set the other values that no parameter sets.
    /// </summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    [ScheduleText]
    public FlowSchedule[]? Schedule { get; set; }

    /// <summary>The name of the registration; the default is the name of the script. An existing registration with this name is replaced.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(FlowRegistrationCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    /// <summary>Values for the script's parameters.</summary>
    [Parameter]
    public IDictionary? Parameters { get; set; }

    /// <summary>The scheduler that starts it: by default the crontab, or Task Scheduler on Windows.</summary>
    [Parameter]
    public FlowScheduleHost Using { get; set; } = FlowRegistrations.DefaultHost;

    /// <summary>What happens if the previous run is still running at an occurrence.</summary>
    [Parameter]
    public MultipleInstances MultipleInstances { get; set; }

    /// <summary>What happens with missed occurrences, for example because the machine was off.</summary>
    [Parameter]
    public MissedRuns Missed { get; set; }

    /// <summary>Who is notified when it fails: notifications from New-FlowNotification, addresses to post to, or programs to start.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public object[] OnFailure { get; set; } = [];

    /// <summary>The working folder of the script; the default is the folder of the script.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? WorkingDirectory { get; set; }

    /// <summary>The file for the script's output; the default is beside the history.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? LogPath { get; set; }

    /// <summary>Whether to return the new registration.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing() => RequireFullLanguage();

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        ScheduledFlow flow = OrThrow(() => Registrations.Translate(Describe()));
        string told = string.Concat(flow.Entries.Select(entry => "\n" + entry));
        string what = $"Register '{flow.Name}' in {Registrations.PlaceOf(flow.Using)}{(told.Length > 0 ? ":" : ".")}{told}";
        if (ShouldProcess(what, $"{what}\nContinue?", "Register flow schedule"))
        {
            OrThrow(() =>
            {
                Registrations.Register(flow);
                return true;
            });
            if (PassThru)
            {
                WriteObject(Registrations.All().FirstOrDefault(registration => registration.Name.Equals(flow.Name, StringComparison.OrdinalIgnoreCase)));
            }
        }
    }

    private ScheduledFlow Describe()
    {
        string script = SessionState.Path.GetUnresolvedProviderPathFromPSPath(Path);
        ScriptSchedule? own = File.Exists(script) ? ScriptSchedules.LinesOf(script) : throw ScheduleErrors.ScriptNotFound(script);
        string name = ScheduleNames.Require(Name ?? own?.Name ?? System.IO.Path.GetFileNameWithoutExtension(script));
        return new ScheduledFlow
        {
            Name = name,
            Path = script,
            Schedules = Schedule ?? (own is { Schedules.Count: > 0 } ? own.Schedules : throw ScheduleErrors.NoSchedule(script)),
            Parameters = ScheduledParameters.Encode(script, Parameters ?? own?.Parameters),
            Using = Using,
            MultipleInstances = Given(nameof(MultipleInstances)) ? MultipleInstances : own?.MultipleInstances ?? default,
            Missed = Given(nameof(Missed)) ? Missed : own?.Missed ?? default,
            OnFailure = [.. OnFailure.Select(new NotificationFactory(this).Of)],
            Environment = ScheduledEnvironment.OfThisProcess(),
            WorkingDirectory = WorkingDirectory is { } folder ? FolderOf(folder) : System.IO.Path.GetDirectoryName(script)!,
            LogPath = LogPath is { } log
                ? SessionState.Path.GetUnresolvedProviderPathFromPSPath(log)
                : System.IO.Path.Combine(OrThrow(() => HistoryFolders.FolderOf(HistoryFile)), "logs", name + ".log"),
            Since = DateTimeOffset.Now,
        };
    }

    private bool Given(string parameter) => MyInvocation.BoundParameters.ContainsKey(parameter);

    private string FolderOf(string folder)
    {
        string path = SessionState.Path.GetUnresolvedProviderPathFromPSPath(folder);
        return Directory.Exists(path) ? path : throw ScheduleErrors.FolderNotFound(path);
    }
}
