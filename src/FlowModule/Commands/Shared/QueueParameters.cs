using System.Management.Automation;
using FlowModule.Engine.Runs;
using FlowModule.Pool;

namespace FlowModule.Commands;

/// <summary>What the parameters of a cmdlet say of a queue.</summary>
internal static class QueueParameters
{
    /// <summary>The kind of workers; null without a queue.</summary>
    /// <exception cref="FlowException">The parameters contradict each other.</exception>
    internal static string? KindOf(PSCmdlet cmdlet, string? queue, string[] tags, FlowPriority priority)
    {
        var given = cmdlet.MyInvocation.BoundParameters;
        if (queue is not null)
        {
            return given.ContainsKey(nameof(PolicyCommand.Isolation))
                ? throw FlowException.InvalidParameter("-Isolation says where runs execute on this machine, and cannot be used with -Queue.", "FlowQueueParameters", queue)
                : QueueName.Of(queue, tags, priority).ToString();
        }

        return new[] { nameof(QueueCommand.RequireTag), nameof(QueueCommand.Priority) }.FirstOrDefault(given.ContainsKey) is { } lonely
            ? throw FlowException.InvalidParameter($"-{lonely} needs -Queue.", "FlowQueueParameters", lonely)
            : null;
    }

    /// <summary>The policy for runs that these workers execute.</summary>
    internal static RunPolicy Apply(RunPolicy policy, string kind) => policy with { Isolation = FlowIsolation.Process, NamedKind = kind };
}
