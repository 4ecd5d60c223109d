namespace FlowModule.Engine.History;

/// <summary>Puts a run and all inside of it in the order in which people read them.</summary>
internal static class RunTree
{
    /// <summary>The runs with each one's children behind it, in the order they were made; says of each how deep it is.</summary>
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

            // The first on top of the stack: ids alone do not order the runs of one millisecond.
            foreach (FlowRunRecord child in children[run.Id].OrderByDescending(child => child.CreatedTime).ThenByDescending(child => child.Id))
            {
                child.Depth = run.Depth + 1;
                next.Push(child);
            }
        }

        return arranged;
    }
}
