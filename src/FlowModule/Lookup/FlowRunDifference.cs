namespace FlowModule;

/// <summary>One thing in which two runs were compared: what Compare-FlowRun gives.</summary>
public sealed class FlowRunDifference
{
    internal FlowRunDifference(string property, object? reference, object? difference, string sideIndicator)
    {
        Property = property;
        Reference = reference;
        Difference = difference;
        SideIndicator = sideIndicator;
    }

    /// <summary>What was compared.</summary>
    public string Property { get; }

    /// <summary>What it is in the run that the other is compared with.</summary>
    public object? Reference { get; }

    /// <summary>What it is in the other run.</summary>
    public object? Difference { get; }

    /// <summary>== for equal, &lt;&gt; for different, &lt;= and =&gt; for what only one of the two has.</summary>
    public string SideIndicator { get; }

    /// <summary>Whether the two runs differ in this.</summary>
    public bool IsDifferent => SideIndicator != "==";

    /// <inheritdoc/>
    public override string ToString() => $"{Property}: {Reference} {SideIndicator} {Difference}";
}
