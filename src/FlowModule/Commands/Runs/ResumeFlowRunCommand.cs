using System.Management.Automation;
using FlowModule.Engine.History;
using FlowModule.Resuming;

namespace FlowModule.Commands;

/// <summary>Goes on with a run that crashed, failed, was cancelled or suspended, under the same id; and answers one that waits for a person.</summary>
[Cmdlet(VerbsLifecycle.Resume, "FlowRun", DefaultParameterSetName = "Name", SupportsShouldProcess = true)]
[OutputType(typeof(FlowState), typeof(Job))]
public sealed class ResumeFlowRunCommand : StoredRunCommand
{
    /// <summary>The answer to what the run asks.</summary>
    [Parameter]
    [ValidateNotNull]
    public object? InputObject { get; set; }

    /// <summary>Which of the run's questions is answered, if it has asked several.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? InputName { get; set; }

    /// <inheritdoc/>
    private protected override void Handle(RunTarget target)
    {
        if (InputObject is not null && !TryAnswer(ref target))
        {
            return;
        }

        FlowRunRecord record = RecordOf(target);
        FlowRun run = Resumer.Resume(record, Request(), Runner(record.FlowName));
        if (ShouldProcess($"{record.FlowName} '{record.Name}'", "Resume flow run"))
        {
            RunResumer.Take(record, StoredFlows.HasChanged(record, (Flow)run.Flow));
            Runner(record.FlowName).Add(run, failure: null);
        }
    }

    /// <summary>Answers the run. True when nothing executes it, and it has to be resumed.</summary>
    private bool TryAnswer(ref RunTarget target)
    {
        InputQuestion question = InputAnswers.Find(target, InputName);
        string answer = InputAnswers.Encode(question, InputObject);
        if (!ShouldProcess($"{target.FlowName} '{target.Name}'", $"Answer '{question.Prompt}' with '{InputObject}'"))
        {
            return false;
        }

        FlowRunRecord? before = target.Record is { } asked ? RunResumer.LookAtRoot(asked) : null;
        InputAnswers.Give(target, question, answer);
        if (before is null)
        {
            return false;
        }

        // It is the flow run that goes on, whichever of those inside has asked.
        FlowRunRecord root = RunResumer.Look(before);
        target = new RunTarget(root, Active: null);
        if (!root.IsOver && question.Suspends)
        {
            WriteWarning($"The answer is kept. Run '{root.Name}' is {root.State.Name}, and about to be suspended; when it is, Resume-FlowRun goes on with it.");
        }

        return RunResumer.IsLeft(before, root);
    }
}
