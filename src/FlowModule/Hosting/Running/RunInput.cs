using System.Collections;

namespace FlowModule.Hosting;

/// <summary>What one run is for: its parameters, and the piped object.</summary>
internal readonly record struct RunInput(IDictionary Parameters, object? Item)
{
    /// <summary>Whether a script block or a flow is in it, which a worker cannot use as it is.</summary>
    internal bool NeedsCarrying
    {
        get
        {
            if (ClosureWalk.NeedsCarrying(Item))
            {
                return true;
            }

            foreach (DictionaryEntry parameter in Parameters)
            {
                if (ClosureWalk.NeedsCarrying(parameter.Value))
                {
                    return true;
                }
            }

            return false;
        }
    }
}
