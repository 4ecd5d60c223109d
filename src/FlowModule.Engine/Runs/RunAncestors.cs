namespace FlowModule.Engine.Runs;

/// <summary>The runs that a run is inside of.</summary>
internal static class RunAncestors
{
    /// <summary>Returns the outermost run; the run itself if it has no parent.</summary>
    internal static FlowRun Root(this FlowRun run)
    {
        while (run.Parent is { } parent)
        {
            run = parent;
        }

        return run;
    }

    /// <summary>The flow run that this run is part of: the run itself, unless it is a task.</summary>
    internal static FlowRun FlowRunOf(this FlowRun run)
    {
        while (run is { Kind: RunKind.Task, Parent: { } parent })
        {
            run = parent;
        }

        return run;
    }
}
