namespace FlowModule.Engine.History;

/// <summary>Sorts a run and its descendants for display.</summary>
internal static class RunTree
{
    /// <summary>Returns the runs, each followed by its children in order of creation, and sets their depths.</summary>
    /// <param name="runs">All runs of the tree, in any order.</param>
    /// <param name="top">The run at the top.</param>
    internal static List<FlowRunRecord> Arrange(IReadOnlyList<FlowRunRecord> runs, Guid top)
    {
        var children = runs.Where(run => run.ParentId is not null).ToLookup(run => run.ParentId!.Value);
        var arranged = new List<FlowRunRecord>(runs.Count);
        var next = new Stack<FlowRunRecord>(runs.Where(run => run.Id == top));
        while (next.TryPop(out FlowRunRecord? run))
        {
            arranged.Add(run);

            // Pushed in reverse, so that the first is on top of the stack. Ids alone do not order the runs of one millisecond.
            foreach (FlowRunRecord child in children[run.Id].OrderByDescending(child => child.CreatedTime).ThenByDescending(child => child.Id))
            {
                child.Depth = run.Depth + 1;
                next.Push(child);
            }
        }

        return arranged;
    }
}
