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
    private readonly Thread _reader;
    private bool _anyFailure;
    private volatile bool _stopped;

    internal FlowJob(string command, string? name, FanOut fanOut, string activity)
        : base(command, name)
    {
        PSJobTypeName = nameof(FlowJob);
        _fanOut = fanOut;
        _emitter = new RunEmitter(new JobWriter(this), activity) { Counts = fanOut.Counts };
        _reader = new Thread(Read) { IsBackground = true, Name = "FlowModule job" };
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
        _reader.Start();
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
        if (Thread.CurrentThread != _reader)
        {
            _ended.Wait();
        }
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
        try
        {
            SetJobState(_anyFailure ? JobState.Failed : _stopped ? JobState.Stopped : JobState.Completed);
        }
        catch (ObjectDisposedException)
        {
            // What listens to the job's state may have removed it, on this thread.
        }
        finally
        {
            // Whoever stops the job goes on only now, and then finds its state; whoever removes it does not do so under this thread.
            _ended.Set();
        }
    }
}
