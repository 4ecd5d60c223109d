namespace FlowModule;

/// <summary>The comparison of one property of two runs: the output of Compare-FlowRun.</summary>
public sealed class FlowRunDifference
{
    internal FlowRunDifference(string property, object? reference, object? difference, string sideIndicator)
    {
        Property = property;
        Reference = reference;
        Difference = difference;
        SideIndicator = sideIndicator;
    }

    /// <summary>The compared property.</summary>
    public string Property { get; }

    /// <summary>Its value in the reference run.</summary>
    public object? Reference { get; }

    /// <summary>Its value in the other run.</summary>
    public object? Difference { get; }

    /// <summary>== for equal, &lt;&gt; for different, &lt;= and =&gt; for a value that only one of the runs has.</summary>
    public string SideIndicator { get; }

    /// <summary>Whether the values differ.</summary>
    public bool IsDifferent => SideIndicator != "==";

    /// <inheritdoc/>
    public override string ToString() => $"{Property}: {Reference} {SideIndicator} {Difference}";
}
