using System.Collections;
using System.Management.Automation;
using FlowModule.Completion;
using FlowModule.Engine.Schedules;
using FlowModule.Scheduling.Notifications;
using FlowModule.Scheduling.Registrars;
using FlowModule.Scheduling.Registrations;
using FlowModule.Scheduling.Scripts;

namespace FlowModule.Commands;

/// <summary>Puts a script where the machine keeps what is to run at which time.</summary>
[Cmdlet(VerbsLifecycle.Register, "FlowSchedule", SupportsShouldProcess = true)]
[OutputType(typeof(FlowRegistration))]
public sealed class RegisterFlowScheduleCommand : RegistrationCommand
{
    /// <summary>The script.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName", "PSPath")]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = string.Empty;

    /// <summary>When it runs: whenever any of these says so, cron expressions or what New-FlowSchedule makes. Without it, as the #FlowSchedule lines of the script say; they say the rest too, where no parameter does.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    [ScheduleText]
    public FlowSchedule[]? Schedule { get; set; }

    /// <summary>The name to register it under; the script's own if there is none. What has the name already is replaced.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(FlowRegistrationCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    /// <summary>Values for the script's parameters.</summary>
    [Parameter]
    public IDictionary? Parameters { get; set; }

    /// <summary>What starts it: the crontab unless said otherwise, and Task Scheduler on Windows.</summary>
    [Parameter]
    public FlowScheduleHost Using { get; set; } = FlowRegistrations.DefaultHost;

    /// <summary>What happens when it is time and the last run still runs.</summary>
    [Parameter]
    public MultipleInstances MultipleInstances { get; set; }

    /// <summary>What happens with the times at which nothing could run, because the machine was off.</summary>
    [Parameter]
    public MissedRuns Missed { get; set; }

    /// <summary>Who is told when it fails: what New-FlowNotification makes, an address to post to, or a program to start.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public object[] OnFailure { get; set; } = [];

    /// <summary>The folder that the script starts in; its own if none is given.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? WorkingDirectory { get; set; }

    /// <summary>The file that the script's output goes to; one beside the history if none is given.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? LogPath { get; set; }

    /// <summary>Give what is registered then.</summary>
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
                : System.IO.Path.Combine(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(HistoryFile))!, "logs", name + ".log"),
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
