using FlowModule.Engine.Runs.Driving;
using FlowModule.Engine.States;

namespace FlowModule.Workers;

/// <content>Interrupts, abandons and replaces a worker.</content>
internal sealed partial class PowerShellWorker
{
    private void Interrupt(FlowRun run)
    {
        lock (_gate)
        {
            if (_current != run || _pipelineIsStopping || _pipeline is null)
            {
                return;
            }

            _pipelineIsStopping = true;
            _pipeline.BeginStop(callback: null, state: null);
        }
    }

    /// <summary>The run did not stop: its worker is never used again, and another may take its place.</summary>
    private void GiveUp(IRunSource source, FlowRun run)
    {
        lock (_gate)
        {
            if (_current != run)
            {
                return;
            }

            _abandoned = true;
        }

        _pool.Forget(this);
        source.BodyEnded(run, RunOutcome.Abandoned);
        source.WorkerLost();
    }

    /// <summary>A script did not stop: its worker is never used again, and another worker ends the run.</summary>
    private void GiveUpScript(FlowRun run)
    {
        IRunSource? source;
        lock (_gate)
        {
            if (_current != run || _abandoned)
            {
                return;
            }

            _abandoned = true;
            (source, _source) = (_source, null);
        }

        _pool.Forget(this);
        run.Driver!.HostLost(_host);
        source?.WorkerLost();
    }

    /// <summary>The session could not be restored to its baseline: another worker takes over, and this one ends.</summary>
    private void Retire()
    {
        IRunSource? source;
        lock (_gate)
        {
            _abandoned = true;
            (source, _source) = (_source, null);
        }

        _pool.Forget(this);
        source?.WorkerLost();
    }

    private void FailAll(RunFailure failure)
    {
        _pool.Forget(this);
        if (_current is { } current)
        {
            _source?.BodyEnded(current, new RunOutcome([], failure));
        }

        while (_source?.Take() is { } run)
        {
            run.Driver!.FailWithoutHost(failure);
            _source.Begin(run, host: null);
        }
    }
}
