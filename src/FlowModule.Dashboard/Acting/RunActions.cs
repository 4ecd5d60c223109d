using System.Management.Automation;
using System.Management.Automation.Language;
using FlowModule.Dashboard.Reading;
using FlowModule.Dashboard.Security;
using FlowModule.Resuming;
using FlowModule.Stopping;

namespace FlowModule.Dashboard.Acting;

/// <summary>The actions on runs. Each is recorded with its user. Actions that execute a flow start a process for it.</summary>
internal sealed class RunActions(HistoryReader reader, DetachedJobs jobs, ActionLog log)
{
    internal const string StopAction = "stop";
    internal const string ResumeAction = "resume";
    internal const string RestartAction = "restart";
    internal const string RestartFailedAction = "restart-failed";
    internal const string RemoveAction = "remove";

    private const string ResumeTitle = "Resume";

    /// <summary>Returns the actions that the run's state allows.</summary>
    internal static IReadOnlyList<RunAction> For(RunRow run)
    {
        List<RunAction> actions = [];
        if (!run.IsOver)
        {
            actions.Add(new(StopAction, "Stop", $"Stop {run.FlowName} '{run.Name}'?", "The run is cancelled with all inside of it, and lets its finally blocks run."));
        }

        if (run.IsResumable)
        {
            actions.Add(new(ResumeAction, "Resume", $"Resume {run.FlowName} '{run.Name}'?", "It goes on under its id. What completed in it is not run again."));
        }

        if (run.IsRestartable)
        {
            actions.Add(new(RestartAction, "Restart", $"Restart {run.FlowName} '{run.Name}'?", "A new run starts with the same parameters and the same input."));
            if (run.State != StateType.Completed)
            {
                actions.Add(new(RestartFailedAction, "Restart failed", $"Restart what failed in {run.FlowName} '{run.Name}'?", "A new run takes over the results of what completed, and runs the rest."));
            }
        }

        if (run.IsOver && run.Parent is null)
        {
            actions.Add(new(RemoveAction, "Remove", $"Remove {run.FlowName} '{run.Name}' from the history?", "The run goes with all inside of it and its log. This cannot be undone.") { IsDangerous = true });
        }

        return actions;
    }

    /// <summary>Executes an action. Returns the page that shows the outcome.</summary>
    /// <exception cref="DashboardException">The action is not possible.</exception>
    internal string Do(RunRow run, string action, Visitor who)
    {
        if (!For(run).Any(known => known.Name == action))
        {
            throw new DashboardException($"'{action}' cannot be done with run '{run.Name}': it is {run.StateName}.");
        }

        switch (action)
        {
            case StopAction:
                Stop(run, who);
                return Links.Run(run.Id);
            case RemoveAction:
                Remove(run, who);
                return Links.Runs;
            case ResumeAction:
                return Start(ResumeTitle, run, $"Resume-FlowRun -Id '{run.Id}'", who);
            case RestartAction:
                return Start("Restart", run, $"Restart-FlowRun -Id '{run.Id}'", who);
            default:
                return Start("Restart failed", run, $"Restart-FlowRun -Id '{run.Id}' -FailedOnly", who);
        }
    }

    /// <summary>Answers a question of a run, and resumes the run if no process executes it.</summary>
    /// <exception cref="DashboardException">The answer is invalid, or the question is already answered.</exception>
    internal string Answer(QuestionRow question, string answer, Visitor who)
    {
        FlowRunRecord record = reader.Find(question.Run) ?? throw new DashboardException("The run that asked is no longer in the history.");
        try
        {
            var target = new RunTarget(record, Active: null);
            var asked = InputAnswers.Find(target, question.Name);
            string kept = InputAnswers.Encode(asked, answer);
            FlowRunRecord before = RunResumer.LookAtRoot(record);
            InputAnswers.Give(target, asked, kept);
            log.Add(who.ToString(), "Answer", record.Id, Subject(record), asked.Prompt);
            FlowRunRecord root = RunResumer.Look(before);
            return RunResumer.IsLeft(before, root) ? Start(ResumeTitle, RunRows.Of(root), $"Resume-FlowRun -Id '{root.Id}'", who) : Links.Run(root.Id);
        }
        catch (FlowException exception)
        {
            throw new DashboardException(exception.Message);
        }
    }

    /// <summary>Starts a flow from its script in the history.</summary>
    internal string StartFlow(RunRow last, string parameters, Visitor who)
    {
        string script = last.ScriptHash is { } hash ? reader.Script(hash) ?? string.Empty : string.Empty;
        if (script.Length == 0)
        {
            throw new DashboardException($"The history does not have the script of flow '{last.FlowName}'.");
        }

        string body = script.StartsWith('{') ? script : $"{{\n{script}\n}}";
        string tags = last.Tags.Count == 0 ? string.Empty : $" -Tag {string.Join(", ", last.Tags.Select(Quote))}";
        return Start("Start", run: null, $"Invoke-Flow (New-Flow {Quote(last.FlowName)} {body}{tags}) -Parameters {parameters}", who, subject: last.FlowName);
    }

    /// <summary>Runs a scheduled flow.</summary>
    internal string StartSchedule(string name, Visitor who) =>
        Start("Run now", run: null, $"Invoke-FlowSchedule -Name {Quote(name)}", who, name);

    private static string Quote(string text) => $"'{CodeGeneration.EscapeSingleQuotedStringContent(text)}'";

    private string Start(string what, RunRow? run, string command, Visitor who, string? schedule = null, string? subject = null)
    {
        string text = $"{command} -HistoryPath {Quote(reader.Location)}";
        string about = subject ?? schedule ?? $"{run!.FlowName} '{run.Name}'";
        Job job = jobs.Start($"{what}: {about}", text, what == ResumeTitle ? run?.Id : null, schedule);
        log.Add(who.ToString(), what, run?.Id, about, $"Started process {job.ProcessId}.");
        return Links.Job(job.Id);
    }

    private static string Subject(FlowRunRecord run) => $"{run.FlowName} '{run.Name}'";

    private void Stop(RunRow run, Visitor who)
    {
        string? fault = null;
        foreach (StoppedRun found in new RunsToStop(reader.History, exception => fault = exception.Message).Find(run.Id.ToString(), isId: true))
        {
            found.Stop($"Stopped by {who} in the dashboard.");
            log.Add(who.ToString(), "Stop", run.Id, $"{run.FlowName} '{run.Name}'", "Told to stop.");
        }

        if (fault is not null)
        {
            throw new DashboardException(fault);
        }
    }

    private void Remove(RunRow run, Visitor who)
    {
        reader.History.Delete([run.Id], CancellationToken.None);
        if (reader.Run(run.Id) is not null)
        {
            throw new DashboardException($"Run '{run.Name}' stays: a run inside of it is not over yet.");
        }

        log.Add(who.ToString(), "Remove", run.Id, $"{run.FlowName} '{run.Name}'", $"Removed, with its state {run.StateName}.");
    }
}

/// <summary>An action on a run.</summary>
/// <param name="Name">Its name in addresses.</param>
/// <param name="Label">The text of its button.</param>
/// <param name="Question">The question before it is executed.</param>
/// <param name="Consequence">What it does.</param>
public sealed record RunAction(string Name, string Label, string Question, string Consequence)
{
    internal bool IsDangerous { get; init; }
}
