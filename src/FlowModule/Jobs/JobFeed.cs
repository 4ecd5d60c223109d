using System.Management.Automation;
using FlowModule.Engine.FanOuts;
using FlowModule.Engine.Runs;
using FlowModule.Streams;

namespace FlowModule.Jobs;

/// <summary>Takes up the reader's place of a fan-out, and brings what its runs give to the jobs of these runs.</summary>
internal sealed class JobFeed
{
    private readonly FanOut _fanOut;
    private readonly bool _writesLines;
    private readonly bool _isFanOut;
    private readonly JobWriter _writer = new();
    private readonly RunEmitter _emitter;
    private readonly Thread _reader;
    private readonly object _gate = new();
    private readonly Dictionary<FlowRun, RunJob> _jobs = [];
    private readonly List<RunJob> _inOrder = [];
    private bool _isStopped;

    /// <param name="fanOut">What runs.</param>
    /// <param name="activity">What to call it where progress is shown.</param>
    /// <param name="writesLines">Whether lines of the log go to the jobs. The fan-out gives them in any case: they say what has begun.</param>
    /// <param name="isFanOut">Whether there is a job of all runs.</param>
    internal JobFeed(FanOut fanOut, string activity, bool writesLines, bool isFanOut)
    {
        _fanOut = fanOut;
        _writesLines = writesLines;
        _isFanOut = isFanOut;
        _emitter = new RunEmitter(_writer, activity, writesFailures: false) { Counts = fanOut.Counts };
        _reader = new Thread(Read) { IsBackground = true, Name = "FlowModule job" };
        _reader.Start();
    }

    /// <summary>Whether the caller is called by what happens to a job.</summary>
    internal bool IsThisThread => Thread.CurrentThread == _reader;

    /// <summary>The job of all runs, if there is one. To be set before the fan-out is told that nothing more is added.</summary>
    internal FlowJob? Whole { private get; set; }

    /// <summary>The jobs of the runs, in their order.</summary>
    internal IReadOnlyList<RunJob> Jobs => _inOrder;

    /// <summary>Makes the job of a run that is about to be added.</summary>
    internal void Add(FlowRun run, string command)
    {
        var job = new RunJob(this, run, command);
        lock (_gate)
        {
            // A state that is only given may be given twice.
            if (_jobs.TryAdd(run, job))
            {
                _inOrder.Add(job);
            }
        }
    }

    /// <summary>Has all runs stop. Returns at once.</summary>
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

        EndProgress(Whole);
        JobState end = IsAny(JobState.Failed) ? JobState.Failed : Volatile.Read(ref _isStopped) || IsAny(JobState.Stopped) ? JobState.Stopped : JobState.Completed;

        // Runs whose states nobody wanted, as those that a race has lost, say nothing of the whole.
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
        if (_writesLines || output.Record is not LogLine)
        {
            _emitter.Emit(output);
        }
    }

    /// <summary>Takes down the bar of all, in a job whose streams are still open.</summary>
    private void EndProgress(BackgroundJob? job)
    {
        if (job is not null)
        {
            _writer.Job = job;
            Guard(_emitter.EndAll);
        }
    }

    /// <summary>What a run inside of another writes is that one's.</summary>
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
            // The streams of a job are closed once it has ended, and gone where somebody has removed it. The other jobs go on.
        }
    }
}
