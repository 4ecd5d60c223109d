using System.Collections;
using FlowModule.Engine;

namespace FlowModule.Hosting;

/// <summary>Makes the runs of one cmdlet call: binds their parameters, names them, numbers them.</summary>
internal sealed class RunFactory(RunspaceContext context, IDictionary? fixedParameters, double? timeoutSeconds)
{
    private static readonly Hashtable Nothing = [];

    private int _next;

    internal FlowRun? Parent { get; } = context.CurrentRun;

    /// <summary>Makes a run; with a reason, one whose input does not fit and that has to fail.</summary>
    internal (FlowRun Run, RunFailure? Failure) Create(Flow flow, IDictionary? mapped, object? item, Func<Flow, object?> hostData)
    {
        RunFailure? failure = null;
        IDictionary parameters;
        string? name = null;
        try
        {
            parameters = FlowSignature.Of(flow).Bind(flow, Merge(fixedParameters, mapped), item);
            name = RunNaming.NameFor(flow, parameters, item);
        }
        catch (FlowException exception)
        {
            parameters = mapped ?? fixedParameters ?? Nothing;
            failure = new RunFailure(exception.Message, exception.ErrorRecord);
        }

        return (New(flow, parameters, name, item, failure is null ? hostData(flow) : null), failure);
    }

    /// <summary>Makes a run whose input must fit.</summary>
    /// <exception cref="FlowException">It does not.</exception>
    internal FlowRun CreateOrThrow(Flow flow, object? item = null, object? hostData = null)
    {
        IDictionary parameters = FlowSignature.Of(flow).Bind(flow, fixedParameters, item);
        return New(flow, parameters, RunNaming.NameFor(flow, parameters, item), item, hostData);
    }

    private FlowRun New(Flow flow, IDictionary parameters, string? name, object? item, object? hostData)
    {
        var run = new FlowRun(flow, Parent, TimeProvider.System, name, parameters, item) { Index = _next++, HostData = hostData };
        if (timeoutSeconds is not null)
        {
            run.TimeoutSeconds = timeoutSeconds;
        }

        return run;
    }

    /// <summary>The parameters of one run: the common ones, and its own over them.</summary>
    internal static IDictionary? Merge(IDictionary? common, IDictionary? mapped)
    {
        if (mapped is null || common is null || common.Count == 0)
        {
            return mapped ?? common;
        }

        var all = new Hashtable(StringComparer.OrdinalIgnoreCase);
        foreach (IDictionary source in new[] { common, mapped })
        {
            foreach (DictionaryEntry entry in source)
            {
                all[entry.Key] = entry.Value;
            }
        }

        return all;
    }
}
