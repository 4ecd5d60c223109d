using System.Management.Automation;
using FlowModule.Engine;

namespace FlowModule.Hosting;

/// <summary>
/// Runs in the background, on workers: what <c>-AsJob</c> gives, for Wait-Job, Receive-Job and Stop-Job.
/// </summary>
internal sealed class FlowJob : Job
{
    private readonly FanOut _fanOut;
    private readonly RunEmitter _emitter;
    private readonly ManualResetEventSlim _ended = new();
    private bool _anyFailure;
    private volatile bool _stopped;

    internal FlowJob(string command, string? name, FanOut fanOut, string activity)
        : base(command, name)
    {
        PSJobTypeName = nameof(FlowJob);
        _fanOut = fanOut;
        _emitter = new RunEmitter(new JobWriter(this), activity);
    }

    /// <inheritdoc/>
    public override string Location => "localhost";

    /// <inheritdoc/>
    public override string StatusMessage => string.Empty;

    /// <inheritdoc/>
    public override bool HasMoreData =>
        Output.Count + Error.Count + Information.Count + Warning.Count + Verbose.Count + Debug.Count + Progress.Count > 0;

    /// <summary>Takes up the reader's place: from now on what the runs give goes to the job's streams.</summary>
    internal void Start()
    {
        SetJobState(JobState.Running);
        new Thread(Read) { IsBackground = true, Name = "FlowModule job" }.Start();
    }

    /// <summary>Takes note of a final state: the job's own is the worst of them.</summary>
    internal void Note(FlowState state)
    {
        _anyFailure |= state.Type is StateType.Failed or StateType.Crashed;
        _stopped |= state.Type == StateType.Cancelled;
    }

    /// <inheritdoc/>
    public override void StopJob()
    {
        _stopped = true;
        _fanOut.CompleteAdding();
        _fanOut.Stop(new StopRequest(StopKind.Cancelled, $"Job '{Name}' was stopped."));
        _ended.Wait();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && !_ended.IsSet)
        {
            StopJob();
        }

        base.Dispose(disposing);
    }

    private void Read()
    {
        List<RunOutput> batch = [];
        bool finished;
        do
        {
            finished = _fanOut.IsFinished;
            _fanOut.Output.Read(ref batch, wait: !finished);
            foreach (RunOutput output in batch)
            {
                _emitter.Emit(output);
            }

            batch.Clear();
        }
        while (!finished);

        _emitter.EndAll();
        _ended.Set();
        SetJobState(_anyFailure ? JobState.Failed : _stopped ? JobState.Stopped : JobState.Completed);
    }
}
