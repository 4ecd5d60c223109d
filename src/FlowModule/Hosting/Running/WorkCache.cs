namespace FlowModule.Hosting;

/// <summary>What a flow takes along is found once for all inputs of one call; a hundred thousand of them share it.</summary>
internal sealed class WorkCache(ClosureCapture capture)
{
    private Flow? _flow;
    private SubflowWork? _work;

    /// <summary>How a worker runs the flow for an input; the input as a worker gets it, when script blocks or flows are in it.</summary>
    internal SubflowWork GetFor(Flow flow, ref RunInput input)
    {
        if (input.NeedsCarrying)
        {
            return new SubflowWork(flow, capture.Capture(flow, ref input));
        }

        if (!ReferenceEquals(_flow, flow))
        {
            _work = new SubflowWork(flow, capture.Capture(flow));
            _flow = flow;
        }

        return _work!;
    }
}
