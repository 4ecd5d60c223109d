using System.Management.Automation;
using FlowModule.Engine.History;
using FlowModule.Engine.History.Input;
using FlowModule.Engine.Runs;
using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;
using FlowModule.Engine.Tasks;
using FlowModule.Processes.Child;
using FlowModule.Runners;

namespace FlowModule.Resuming;

/// <summary>One question of a body, from the call until there is an answer.</summary>
internal sealed class InputAsking
{
    private readonly FlowRun _run;
    private RunHistory? _history;
    private readonly InputQuestion _question;
    private string? _answer;

    /// <exception cref="FlowException">Nobody could answer it.</exception>
    internal InputAsking(FlowRun run, InputQuestion question)
    {
        _run = run;
        _history = run.Recording?.History;
        _question = (_history is null ? null : Keep(question)) ?? InMemory(question);
        _answer = _question.Answer;
    }

    /// <summary>The answer in the form that is stored; null if there is none yet.</summary>
    internal string? Answer => _answer;

    /// <summary>The clock by which the question was asked.</summary>
    private TimeProvider Clock => _history?.Clock ?? _run.Time;

    internal bool IsTimeUp(TimeSpan? limit) => limit is { } span && Clock.GetUtcNow() >= _question.Asked + span;

    /// <summary>Waits for an answer or the timeout. The run holds no place and no slots while it waits.</summary>
    /// <exception cref="FlowException">The run is told to stop.</exception>
    internal void Wait(TimeSpan? limit, CallerWait thread)
    {
        using var wait = new InputWait(_history, _question, Clock, limit, thread.Signal);
        using CancellationTokenRegistration stop = _run.CancellationToken.Register(thread.Signal);
        using (RunWait.Begin(_run, []))
        {
            _run.TryAwaitInput(_question.Prompt);
            _run.Recording?.Flush();
            try
            {
                thread.Until(() => wait.Answer is not null || wait.IsTimeUp || _run.StopRequest is not null);
            }
            finally
            {
                _run.GoOn();
            }
        }

        _answer = wait.Answer;
        if (_answer is null && _run.StopRequest is { } request)
        {
            throw new FlowException($"The wait for an answer to '{_question.Prompt}' has ended: {request.Message}", "FlowRunStopped", ErrorCategory.OperationStopped, _run);
        }
    }

    /// <summary>The answer in the form that the body gets; otherwise the default, which then becomes the answer.</summary>
    /// <exception cref="FlowException">There is neither.</exception>
    internal object? AnswerOr(string? byDefault)
    {
        if (_answer is null && byDefault is not null)
        {
            _answer = Keep(byDefault);
        }

        return _answer is { } answer ? InputAnswers.Decode(_question, answer) : throw new FlowException(
            $"Nobody has answered '{_question.Prompt}' in time.", "FlowInputTimedOut", ErrorCategory.OperationTimeout, _question.Name);
    }

    private InputQuestion? Keep(InputQuestion question)
    {
        try
        {
            return _history!.Change(store => store.Inputs.Ask(question));
        }
        catch (HistoryException)
        {
            // The run continues without its history, like all runs; it can be answered in this process.
            _history = null;
            return null;
        }
    }

    private InputQuestion InMemory(InputQuestion question) => ChildServer.IsThisProcess
        ? throw new FlowException(
            $"Nobody could answer '{question.Prompt}': {_run.KindName.ToLowerInvariant()} '{_run.Name}' runs in a separate process. Ask in the flow that starts it.",
            "FlowInputUnreachable", ErrorCategory.InvalidOperation, _run)
        : MemoryInputs.Instance.Ask(question);

    /// <summary>Stores the default, and returns the stored answer: another one may have come first.</summary>
    private string Keep(string byDefault)
    {
        try
        {
            return _history is null ? KeepIn(MemoryInputs.Instance) : _history.Change(store => KeepIn(store.Inputs));
        }
        catch (HistoryException)
        {
            return byDefault;
        }

        string KeepIn(IInputStore inputs) => inputs.Answer(_question.Run, _question.Name, byDefault)
            ? byDefault
            : inputs.Find(_question.Run, _question.Name)?.Answer ?? byDefault;
    }
}
