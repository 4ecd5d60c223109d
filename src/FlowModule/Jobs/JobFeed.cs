using System.Management.Automation;
using FlowModule.Engine.FanOuts;
using FlowModule.Engine.Runs;
using FlowModule.Streams;

namespace FlowModule.Jobs;

/// <summary>Reads the output of a fan-out in place of a pipeline, and passes it to the jobs of its runs.</summary>
internal sealed class JobFeed
{
    private readonly FanOut _fanOut;
    private readonly FlowLogPreference _log;
    private readonly bool _isFanOut;
    private readonly Action? _allEnded;
    private readonly JobWriter _writer = new();
    private readonly RunEmitter _emitter;
    private readonly Thread _reader;
    private readonly object _gate = new();
    private readonly Dictionary<FlowRun, RunJob> _jobs = [];
    private readonly List<RunJob> _inOrder = [];
    private bool _isStopped;

    /// <param name="fanOut">The fan-out.</param>
    /// <param name="activity">Its name in progress records.</param>
    /// <param name="log">Which log lines go to the jobs. The fan-out produces them in any case, because they tell what has begun.</param>
    /// <param name="isFanOut">Whether there is a job for all runs together.</param>
    /// <param name="ended">Called when all runs have ended, before the job for all of them does.</param>
    internal JobFeed(FanOut fanOut, string activity, FlowLogPreference log, bool isFanOut, Action? ended)
    {
        _allEnded = ended;
        _fanOut = fanOut;
        _log = log;
        _isFanOut = isFanOut;
        _emitter = new RunEmitter(_writer, activity, writesFailures: false) { Counts = fanOut.Counts, IsFanOut = isFanOut };
        _reader = new Thread(Read) { IsBackground = true, Name = "FlowModule job" };
        _reader.Start();
    }

    /// <summary>Whether the caller is on the reader thread, called by a listener of a job.</summary>
    internal bool IsThisThread => Thread.CurrentThread == _reader;

    /// <summary>The job of all runs, if there is one. Must be set before the fan-out is told that no more runs are added.</summary>
    internal FlowJob? Whole { private get; set; }

    /// <summary>The jobs of the runs, in order.</summary>
    internal IReadOnlyList<RunJob> Jobs => _inOrder;

    /// <summary>Creates the job of a run before the run is added.</summary>
    internal void Add(FlowRun run, string command)
    {
        var job = new RunJob(this, run, command);
        _emitter.Expect(run);
        lock (_gate)
        {
            // A state that is only passed on may be passed twice.
            if (_jobs.TryAdd(run, job))
            {
                _inOrder.Add(job);
            }
        }
    }

    /// <summary>Tells all runs to stop. Returns at once.</summary>
    internal void Stop(StopRequest request)
    {
        Volatile.Write(ref _isStopped, true);
        _fanOut.CompleteAdding();
        _fanOut.Stop(request);
    }

    private void Read()
    {
        List<RunOutput> batch = [];
        bool finished;
        do
        {
            finished = _fanOut.IsFinished;
            _fanOut.Output.Read(ref batch, wait: !finished);
            batch.ForEach(output => Guard(() => Bring(output)));
            batch.Clear();
        }
        while (!finished);

        _allEnded?.Invoke();
        EndProgress(Whole);
        JobState end = IsAny(JobState.Failed) ? JobState.Failed : Volatile.Read(ref _isStopped) || IsAny(JobState.Stopped) ? JobState.Stopped : JobState.Completed;

        // Runs whose states nobody needs, such as the losers of a race, do not count for the whole job.
        foreach (RunJob job in _inOrder.Where(static job => !job.HasEnded))
        {
            job.End(JobState.Stopped);
        }

        Whole?.End(end);
    }

    private bool IsAny(JobState state) => _inOrder.Exists(job => job.JobStateInfo.State == state);

    private void Bring(RunOutput output)
    {
        RunJob job = JobOf(output.Run);
        _writer.Job = job;
        if (output.Record is FlowState state)
        {
            _emitter.Emit(output);
            EndProgress(_isFanOut ? null : job);
            job.End(state);
            return;
        }

        job.Begin();
        if (output.Record is not LogLine line || line.IsShown(_log))
        {
            _emitter.Emit(output);
        }
    }

    /// <summary>Removes the common progress bar, in a job whose streams are still open.</summary>
    private void EndProgress(BackgroundJob? job)
    {
        if (job is not null)
        {
            _writer.Job = job;
            Guard(_emitter.EndAll);
            Guard(() => _emitter.Summarize(_log));
        }
    }

    /// <summary>The job of a run. Output of nested runs belongs to the run that contains them.</summary>
    private RunJob JobOf(FlowRun run)
    {
        lock (_gate)
        {
            RunJob? job;
            while (!_jobs.TryGetValue(run, out job))
            {
                run = run.Parent!;
            }

            return job;
        }
    }

    private static void Guard(Action write)
    {
        try
        {
            write();
        }
        catch (InvalidOperationException)
        {
            // The streams of an ended job are closed, and those of a removed job are gone. The other jobs continue.
        }
    }
}
