using System.Management.Automation;
using FlowModule.Engine.Storage.Rows;
using FlowModule.Resuming;

namespace FlowModule.Commands;

/// <summary>Continues a run that crashed, failed, was cancelled or was suspended, under the same id; answers a run that waits for a person.</summary>
[Cmdlet(VerbsLifecycle.Resume, "FlowRun", DefaultParameterSetName = "Name", SupportsShouldProcess = true)]
[OutputType(typeof(FlowState), typeof(Job))]
public sealed class ResumeFlowRunCommand : StoredRunCommand
{
    /// <summary>The answer to the run's question.</summary>
    [Parameter]
    [ValidateNotNull]
    public object? InputObject { get; set; }

    /// <summary>The question to answer, if the run has asked several.</summary>
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

    /// <summary>Answers the run. Returns true if no process executes it, so that it must be resumed.</summary>
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

        // The flow run is resumed, whichever run inside it has asked.
        FlowRunRecord root = RunResumer.Look(before);
        target = new RunTarget(root, Active: null);
        if (!root.IsOver && question.Suspends)
        {
            WriteWarning($"The answer is kept. Run '{root.Name}' is {root.State.Name}, and is being suspended; then Resume-FlowRun can continue it.");
        }

        return RunResumer.IsLeft(before, root);
    }
}
