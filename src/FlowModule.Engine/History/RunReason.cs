using System.Text;
using FlowModule.Engine.States;

namespace FlowModule.Engine.History;

/// <summary>Explains why a run is in its state.</summary>
internal static class RunReason
{
    /// <summary>Returns the state's message; for a failed run also the position in the script and the first failed child run, at every level.</summary>
    internal static string? Of(FlowRunRecord run)
    {
        if (run.State.Type is not StateType.Failed)
        {
            return run.State.Message;
        }

        FlowRunRecord? child = FailureCause.FirstFailed(run);
        var reason = new StringBuilder(MessageOf(run, child)).Append(PlaceOf(run));
        while (child is not null)
        {
            FlowRunRecord? inside = FailureCause.FirstFailed(child);
            string kind = child.Kind == RunKind.Task ? "task" : "subflow";
            reason.Append("\nFirst to fail inside: ").Append(kind).Append(" run '").Append(child.Name).Append("' for ")
                .Append(child.Kind == RunKind.Task ? "task" : "flow").Append(" '").Append(child.FlowName).Append("': ")
                .Append(MessageOf(child, inside)).Append(PlaceOf(child));
            child = inside;
        }

        return reason.ToString();
    }

    /// <summary>The message without the first failure, which follows with its position and need not appear twice.</summary>
    private static string MessageOf(FlowRunRecord run, FlowRunRecord? firstFailed)
    {
        string message = run.State.Message ?? run.State.Name;
        int end = firstFailed is null ? -1 : message.IndexOf(FinalStateRule.StatesFailed, StringComparison.Ordinal);
        return end < 0 ? message : message[..(end + FinalStateRule.StatesFailed.Length)];
    }

    /// <summary>Returns the position of the error: the last line of its text, if it has one.</summary>
    private static string? PlaceOf(FlowRunRecord run)
    {
        string? error = run.Error;
        int line = error?.LastIndexOf("\nat ", StringComparison.Ordinal) ?? -1;
        return line < 0 ? null : $" ({error![(line + 1)..]})";
    }
}
