using System.Management.Automation;

namespace FlowModule.Tests.Support;

/// <summary>What a script gave on each stream, and what it threw.</summary>
internal sealed record ScriptResult(
    object?[] Output,
    ErrorRecord[] Errors,
    string[] Warnings,
    string[] Verbose,
    InformationRecord[] Information,
    string HostText,
    RuntimeException? Thrown)
{
    /// <summary>The states among the output.</summary>
    internal FlowState[] States => [.. Output.OfType<FlowState>()];

    /// <summary>The one state that was given.</summary>
    internal FlowState State => Assert.Single(States);

    /// <summary>The result of the one state, without PowerShell's wrapper.</summary>
    internal object? Result => State.Result is PSObject wrapped ? wrapped.BaseObject : State.Result;

    /// <summary>The one error that the script gave: written, or thrown and not caught.</summary>
    internal ErrorRecord OnlyError => Assert.Single(Thrown is null ? Errors : [.. Errors, Thrown.ErrorRecord]);

    /// <summary>What Write-Host and the like wrote, without the lines about runs.</summary>
    internal string[] Lines => [.. Information.Where(record => !record.Tags.Contains("FlowLog")).Select(record => record.MessageData.ToString()!)];

    /// <summary>Fails the test if the script wrote an error or threw.</summary>
    internal ScriptResult Clean()
    {
        if (Thrown is not null)
        {
            Assert.Fail($"The script threw {Thrown.GetType().Name}: {Thrown.Message} {Thrown.ErrorRecord.ScriptStackTrace}");
        }

        if (Errors.Length > 0)
        {
            Assert.Fail($"The script wrote: {string.Join(" / ", Errors.Select(error => $"{error.FullyQualifiedErrorId}: {error} {error.ScriptStackTrace}"))}");
        }

        return this;
    }
}
