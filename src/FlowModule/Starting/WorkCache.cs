using System.Collections;
using FlowModule.Closures;
using FlowModule.Engine.Runs;

namespace FlowModule.Starting;

/// <summary>Finds a flow's closure once for all inputs of one call; a hundred thousand inputs share it.</summary>
internal sealed class WorkCache(ClosureCapture capture)
{
    // The last values of each parameter: a value that is the same for all runs is analysed once, because it may be a list of a million items.
    private readonly Dictionary<object, object> _plain = [];
    private Flow? _flow;
    private SubflowWork? _work;

    /// <summary>The worker's instructions for an input; also converts the input for workers if it contains script blocks or flows.</summary>
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
