namespace FlowModule.Engine.Runs;

/// <summary>What a run is called where many are told apart: by its name, and by what it was started for.</summary>
internal static class RunLabel
{
    /// <summary>The run's name and its input, such as <c>cheery-lemur (host-50)</c>; the name alone where it says the input, or where there is none.</summary>
    internal static string Of(FlowRun run) => InputOf(run) is { } input ? $"{run.Name} ({input})" : run.Name;

    /// <summary>The same in a sentence, where names of runs have quotation marks: <c>'cheery-lemur' (host-50)</c>.</summary>
    internal static string Quoted(FlowRun run) => InputOf(run) is { } input ? $"'{run.Name}' ({input})" : $"'{run.Name}'";

    /// <summary>
    /// Which of many a record comes from: <c>[cheery-lemur (host-50)]</c>, and the same of each run around that is one of many, the outermost
    /// first. Null where there is nothing to tell apart.
    /// </summary>
    /// <param name="run">The run that the record is of.</param>
    /// <param name="onlyInputs">Whether only inputs are told apart. Flows that were piped are told apart by the place of an error.</param>
    internal static string? Source(FlowRun run, bool onlyInputs = false)
    {
        Stack<string>? path = null;
        for (FlowRun? around = run; around is not null; around = around.Parent)
        {
            if (around.IsOneOfMany && (!onlyInputs || around.Flow.DescribeInput(around) is not null))
            {
                (path ??= new()).Push(Of(around));
            }
        }

        return path is null ? null : $"[{string.Join(" > ", path)}]";
    }

    private static string? InputOf(FlowRun run) =>
        run.Flow.DescribeInput(run) is { } input && !run.Name.Contains(input, StringComparison.OrdinalIgnoreCase) ? input : null;
}
