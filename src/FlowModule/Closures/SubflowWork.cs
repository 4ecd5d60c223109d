using System.Collections;

namespace FlowModule.Closures;

/// <summary>How a worker executes a subflow: kept with the run, for as long as the run is.</summary>
internal sealed class SubflowWork(Flow flow, Closure closure)
{
    // The name under which the engine takes the values of $using: expressions among a script block's parameters.
    private const string UsingParameter = "-%";

    internal Flow Flow { get; } = flow;

    internal Closure Closure { get; } = closure;

    /// <summary>The parameters to call a body with: the run's, and the values of its <c>$using:</c> expressions.</summary>
    internal static IDictionary AddUsings(IDictionary parameters, Hashtable? usings)
    {
        if (usings is null)
        {
            return parameters;
        }

        var all = new Hashtable(parameters.Count + 1);
        foreach (DictionaryEntry parameter in parameters)
        {
            all[parameter.Key] = parameter.Value;
        }

        all[UsingParameter] = usings;
        return all;
    }
}
