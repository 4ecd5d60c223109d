using System.Collections;
using System.Management.Automation;
using FlowModule.Engine;
using FlowModule.Hosting;

namespace FlowModule.Tests.Support;

/// <summary>Runs a flow for each piped object, in parallel, on the workers of one kind of isolation.</summary>
[Cmdlet(VerbsLifecycle.Start, "Isolated")]
public sealed class StartIsolatedCommand : PSCmdlet, IDisposable
{
    private List<RunOutput> _batch = [];
    private FanOut? _fanOut;
    private RunFactory _factory = null!;
    private Runner _runner = null!;
    private RunEmitter _emitter = null!;
    private Flow _flow = null!;
    private bool _finished;

    [Parameter(Mandatory = true, Position = 0)]
    public object Flow { get; set; } = null!;

    [Parameter(ValueFromPipeline = true)]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    public object? InputObject { get; set; }

    [Parameter]
    public FlowIsolation Isolation { get; set; } = FlowIsolation.Process;

    [Parameter]
    public int ThrottleLimit { get; set; } = 2;

    [Parameter]
    public IDictionary? Parameters { get; set; }

    [Parameter]
    public double? TimeoutSeconds { get; set; }

    [Parameter]
    public SwitchParameter KeepOrder { get; set; }

    protected override void BeginProcessing()
    {
        RunspaceContext context = RunspaceContext.For(this);
        object reference = Flow is PSObject wrapped ? wrapped.BaseObject : Flow;
        _flow = reference as Flow ?? (reference is ScriptBlock script ? new Flow("scriptblock", script) : context.Flows.Find((string)reference)!);
        WorkerPool pool;
        try
        {
            pool = context.PoolOf(Isolation);
        }
        catch (FlowException exception)
        {
            ThrowTerminatingError(exception.ErrorRecord);
            throw;
        }

        var writer = new CmdletWriter(this);
        _emitter = new RunEmitter(writer, "Isolated");
        _factory = new RunFactory(context, Parameters, TimeoutSeconds);
        _runner = new Runner(new WorkCache(new ClosureCapture(context, this)));
        var options = new FanOutOptions { ThrottleLimit = ThrottleLimit, KeepOrder = KeepOrder, LogLines = writer.WantsLogLines };
        _fanOut = new FanOut(options, context.CurrentRun, pool, RunErrors.Instance);
    }

    protected override void ProcessRecord()
    {
        (FlowRun run, RunFailure? failure) = _factory.Create(_flow, mapped: null, InputObject, MyInvocation.ExpectingInput, _runner);
        _fanOut!.Add(run, failure);
        Write(wait: false);
    }

    protected override void EndProcessing()
    {
        _fanOut!.CompleteAdding();
        bool finished;
        do
        {
            finished = _fanOut.IsFinished;
            Write(wait: !finished);
        }
        while (!finished);
        _finished = true;
    }

    protected override void StopProcessing()
    {
        _fanOut?.Stop(new StopRequest(StopKind.Cancelled, "The test was stopped."));
        _fanOut?.Output.Signal();
    }

    public void Dispose()
    {
        if (!_finished)
        {
            _finished = true;
            _fanOut?.Abandon(new StopRequest(StopKind.Cancelled, "The pipeline was stopped."));
        }
    }

    private void Write(bool wait)
    {
        _fanOut!.Output.Read(ref _batch, wait);
        if (Stopping)
        {
            throw new PipelineStoppedException();
        }

        foreach (RunOutput output in _batch)
        {
            _emitter.Emit(output);
        }

        _batch.Clear();
    }

    private sealed class Runner(WorkCache work) : ISubflowRunner
    {
        public object? Prepare(Flow flow, ref RunInput input) => work.GetFor(flow, ref input);

        public void Add(FlowRun run, RunFailure? failure) => throw new NotSupportedException();

        public void Complete() => throw new NotSupportedException();

        public void Stop(StopRequest request) => throw new NotSupportedException();

        public void Dispose()
        {
        }
    }
}
