namespace FlowModule;

/// <summary>How much a line of a log matters: the streams of PowerShell, in the order of their weight.</summary>
public enum FlowLogLevel
{
    /// <summary>For those who look for a fault in the script: Write-Debug.</summary>
    Debug,

    /// <summary>What goes on in detail: Write-Verbose.</summary>
    Verbose,

    /// <summary>What goes on: Write-Host, Write-Information, and the states of runs.</summary>
    Information,

    /// <summary>Something may be wrong: Write-Warning.</summary>
    Warning,

    /// <summary>Something is wrong: Write-Error, and what a body throws.</summary>
    Error,
}
