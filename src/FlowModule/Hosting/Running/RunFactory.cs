using System.Collections;
using FlowModule.Engine;

namespace FlowModule.Hosting;

/// <summary>Makes the runs of one cmdlet call: binds their parameters and names them.</summary>
internal sealed class RunFactory(RunspaceContext context, IDictionary? fixedParameters, double? timeoutSeconds)
{
    private static readonly Hashtable Nothing = [];

    internal FlowRun? Parent { get; } = context.CurrentRun;

    /// <summary>Makes a run; with a reason, one whose input does not fit and that has to fail.</summary>
    internal (FlowRun Run, RunFailure? Failure) Create(Flow flow, IDictionary? mapped, object? item, bool hasItem, ISubflowRunner runner)
    {
        try
        {
            return (CreateOrThrow(flow, mapped, item, hasItem, runner), null);
        }
        catch (FlowException exception) when (!exception.IsAboutTheFlow)
        {
            var input = new RunInput(mapped ?? fixedParameters ?? Nothing, item);
            return (New(flow, input, hasItem, name: null, hostData: null), new RunFailure(exception.Message, exception.ErrorRecord));
        }
    }

    /// <summary>Makes a run whose input must fit.</summary>
    /// <exception cref="FlowException">It does not.</exception>
    internal FlowRun CreateOrThrow(Flow flow, IDictionary? mapped, object? item, bool hasItem, ISubflowRunner runner)
    {
        IDictionary parameters = FlowSignature.Of(flow).Bind(flow, Merge(fixedParameters, mapped), item);
        string? name = RunNaming.NameFor(flow, parameters, item);
        var input = new RunInput(parameters, item);
        object? hostData = runner.Prepare(flow, ref input);
        return New(flow, input, hasItem, name, hostData);
    }

    private FlowRun New(Flow flow, in RunInput input, bool hasItem, string? name, object? hostData)
    {
        var run = new FlowRun(flow, Parent, TimeProvider.System, name, input.Parameters, input.Item) { HasInput = hasItem, HostData = hostData };
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
