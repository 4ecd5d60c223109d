using FlowModule.Engine.Runs;
using FlowModule.Engine.States;

namespace FlowModule.Engine.Tests.Support;

/// <summary>A listener that writes down what it is told, a line each.</summary>
internal sealed class HeardRuns : IRunListener
{
    private readonly object _gate = new();
    private readonly List<string> _heard = [];

    /// <summary>All so far, in the order that it was told.</summary>
    internal string[] Heard
    {
        get
        {
            lock (_gate)
            {
                return [.. _heard];
            }
        }
    }

    public void Began(FlowRun run) => Add($"{run.FlowName} begins, {run.State.Name}");

    public void Ending(FlowRun run, FlowState final) => Add($"{run.FlowName} ends, {final.Name}");

    public void Entered(FlowRun run, FlowState state, int index, bool isOver) => Add($"{run.FlowName} {index} {state.Name}{(isOver ? "." : null)}");

    public void Logged(FlowRun run, DateTimeOffset time, FlowLogLevel level, string text) => Add($"{run.FlowName} {level}: {text}");

    public void Threw(FlowRun run, RunFailure failure) => Add($"{run.FlowName} threw: {failure.Message}");

    public void Ended(FlowRun run) => Add($"{run.FlowName} is over");

    private void Add(string line)
    {
        lock (_gate)
        {
            _heard.Add(line);
        }
    }
}
