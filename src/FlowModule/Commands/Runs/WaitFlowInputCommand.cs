using System.Management.Automation;
using FlowModule.Engine.Runs;
using FlowModule.Engine.Storage.Rows;
using FlowModule.Engine.Texts;
using FlowModule.Resuming;
using FlowModule.Runners;
using FlowModule.Secrets;
using FlowModule.Streams;

namespace FlowModule.Commands;

/// <summary>Waits in the body of a flow or a task for a person's answer, which Resume-FlowRun sends from any process.</summary>
[Cmdlet(VerbsLifecycle.Wait, "FlowInput")]
[OutputType(typeof(object))]
public sealed class WaitFlowInputCommand : FlowCommand
{
    private CallerWait? _wait;

    /// <summary>The question.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Prompt { get; set; } = string.Empty;

    /// <summary>The name under which the answer is kept. The default contains the number of the question in the body.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    /// <summary>The type of the answer.</summary>
    [Parameter]
    [TypeName]
    [ValidateNotNull]
    public Type? Type { get; set; }

    /// <summary>The possible answers.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] Choice { get; set; } = [];

    /// <summary>The answer after the timeout.</summary>
    [Parameter]
    [ValidateNotNull]
    public object? Default { get; set; }

    /// <summary>How long to wait, in seconds, from the first time the question was asked. Then the default is used, or the body gets an error.</summary>
    [Parameter]
    [ValidateRange(0.0, 4_000_000)]
    [Duration(inSeconds: true)]
    public double? TimeoutSeconds { get; set; }

    /// <summary>Whether to suspend the flow run, so that no process has to wait: the answer resumes it.</summary>
    [Parameter]
    public SwitchParameter Suspend { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        _wait = new CallerWait(this, Context, new RunEmitter(new CmdletWriter(this, givesStates: false), "Tasks", writesFailures: false));
        WriteObject(OrThrow(Ask));
    }

    /// <inheritdoc/>
    protected override void StopProcessing() => _wait?.Signal();

    private object? Ask()
    {
        FlowRun run = Context.CurrentRun ?? throw FlowException.NotInRun("Wait-FlowInput");
        if (Default is not null && TimeoutSeconds is null)
        {
            throw FlowException.InvalidParameter("-Default is the answer after the timeout, so it needs -TimeoutSeconds.", "FlowInputDefaultWithoutTimeout", Default);
        }

        var question = new InputQuestion(run.Id, Name ?? $"input-{run.CurrentAttempt.NextInputNumber()}", KnownSecrets.Mask(VisibleText.OfMessage(Prompt)))
        {
            Type = Type?.ToString(),
            Choices = Choice,
            Suspends = Suspend,
            Asked = run.Time.GetUtcNow(),
        };
        string? byDefault = Default is null ? null : InputAnswers.Encode(question, Default);
        var asking = new InputAsking(run, question);
        TimeSpan? limit = TimeoutSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
        if (asking.Answer is null && !asking.IsTimeUp(limit))
        {
            if (Suspend)
            {
                RunSuspension.Suspend(run, $"Waits for an answer: {question.Prompt}");
                _wait!.Until(static () => false);
            }

            var line = new LogLine(run.Time.GetLocalNow(), $"{run.KindName} '{run.Name}' waits for an answer: {question.Prompt}");
            WriteInformation(StreamRecords.Line(line.ToString(), isLog: true));
            asking.Wait(limit, _wait!);
        }

        return asking.AnswerOr(byDefault);
    }
}
