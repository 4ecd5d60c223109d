using FlowModule.Engine.Runs.Driving;
using FlowModule.Streams;

namespace FlowModule.Processes;

/// <summary>Lines that a child, or a program that it started, wrote straight to standard output or error: records of the run that executes.</summary>
internal sealed class StrayLines
{
    private readonly object _gate = new();
    private IRunSource? _source;
    private FlowRun? _run;

    /// <summary>From now on, lines belong to this run.</summary>
    internal void Begin(IRunSource source, FlowRun run)
    {
        lock (_gate)
        {
            (_source, _run) = (source, run);
        }
    }

    /// <summary>From now on, lines belong to no run, and are dropped.</summary>
    internal void End()
    {
        lock (_gate)
        {
            (_source, _run) = (null, null);
        }
    }

    /// <summary>Writes a line. Within the lock: none comes after its run has ended.</summary>
    internal void Write(string line)
    {
        lock (_gate)
        {
            if (_run is { } run)
            {
                _source!.Write(run, StreamRecords.Note(run, StreamRecords.Line(line)));
            }
        }
    }
}
