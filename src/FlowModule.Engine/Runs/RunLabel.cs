namespace FlowModule.Engine.Runs;

/// <summary>A label that distinguishes a run among many: its name and its input.</summary>
internal static class RunLabel
{
    /// <summary>The run's name and its input, such as <c>cheery-lemur (host-50)</c>; only the name if it shows the input or there is no input.</summary>
    internal static string Of(FlowRun run) => InputOf(run) is { } input ? $"{run.Name} ({input})" : run.Name;

    /// <summary>The same for a sentence, with the name in quotation marks: <c>'cheery-lemur' (host-50)</c>.</summary>
    internal static string Quoted(FlowRun run) => InputOf(run) is { } input ? $"'{run.Name}' ({input})" : $"'{run.Name}'";

    /// <summary>
    /// The source of a record: <c>[cheery-lemur (host-50)]</c>, with the labels of all outer runs that are one of many, outermost first. Null if
    /// there is nothing to distinguish.
    /// </summary>
    /// <param name="run">The run that wrote the record.</param>
    /// <param name="onlyInputs">Whether only runs with inputs count. For an error, its position already distinguishes piped flows.</param>
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
        run.Flow.DescribeInput(run) is { } input && !RunName.Shows(run.Name, input, RunName.TaskOf(run.Kind, run.FlowName)) ? input : null;
}
