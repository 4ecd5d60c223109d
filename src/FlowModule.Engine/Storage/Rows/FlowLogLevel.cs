namespace FlowModule;

/// <summary>The severity of a log line: PowerShell's streams, by severity.</summary>
public enum FlowLogLevel
{
    /// <summary>Details for debugging a script: Write-Debug.</summary>
    Debug,

    /// <summary>Details about progress: Write-Verbose.</summary>
    Verbose,

    /// <summary>Progress: Write-Host, Write-Information, and the states of runs.</summary>
    Information,

    /// <summary>Something may be wrong: Write-Warning.</summary>
    Warning,

    /// <summary>Something is wrong: Write-Error, and errors that the body throws.</summary>
    Error,
}
