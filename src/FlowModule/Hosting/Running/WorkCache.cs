namespace FlowModule.Hosting;

/// <summary>What a flow takes along is found once for all inputs of one call; a hundred thousand of them share it.</summary>
internal sealed class WorkCache
{
    private Flow? _flow;
    private SubflowWork? _work;

    internal SubflowWork GetFor(Flow flow, ClosureCapture capture)
    {
        if (!ReferenceEquals(_flow, flow))
        {
            _work = new SubflowWork(flow, capture.Capture(flow));
            _flow = flow;
        }

        return _work!;
    }
}
