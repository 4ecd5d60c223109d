using System.Collections;
using FlowModule.Closures;
using FlowModule.Engine.Runs;

namespace FlowModule.Starting;

/// <summary>What a flow takes along is found once for all inputs of one call; a hundred thousand of them share it.</summary>
internal sealed class WorkCache(ClosureCapture capture)
{
    // The values last given for each parameter: what is the same for all runs is looked into once, for it may be a list of a million.
    private readonly Dictionary<object, object> _plain = [];
    private Flow? _flow;
    private SubflowWork? _work;

    /// <summary>How a worker runs the flow for an input; the input as a worker gets it, when script blocks or flows are in it.</summary>
    internal SubflowWork GetFor(Flow flow, RunPolicy policy, ref RunInput input)
    {
        if (NeedsCarrying(input))
        {
            return new SubflowWork(flow, capture.Capture(flow, policy, ref input));
        }

        if (!ReferenceEquals(_flow, flow))
        {
            _work = new SubflowWork(flow, capture.Capture(flow, policy));
            _flow = flow;
        }

        return _work!;
    }

    private bool NeedsCarrying(in RunInput input)
    {
        if (ClosureWalk.NeedsCarrying(input.Item))
        {
            return true;
        }

        foreach (DictionaryEntry parameter in input.Parameters)
        {
            if (parameter.Value is not { } value || (_plain.TryGetValue(parameter.Key, out object? known) && ReferenceEquals(known, value)))
            {
                continue;
            }

            if (ClosureWalk.NeedsCarrying(value))
            {
                return true;
            }

            _plain[parameter.Key] = value;
        }

        return false;
    }
}
