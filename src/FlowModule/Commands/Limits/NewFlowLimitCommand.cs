using System.Management.Automation;
using FlowModule.Engine.Texts;

namespace FlowModule.Commands;

/// <summary>Creates a limit that runs share, or changes the existing one.</summary>
[Cmdlet(VerbsCommon.New, "FlowLimit", SupportsShouldProcess = true)]
[OutputType(typeof(FlowLimit))]
public sealed class NewFlowLimitCommand : SharingCommand
{
    /// <summary>The limit's name, for -Limit.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = string.Empty;

    /// <summary>How many runs may hold a slot at once.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? MaxConcurrency { get; set; }

    /// <summary>How many runs may start within any second.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? PerSecond { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (MaxConcurrency is null && PerSecond is null)
        {
            OrThrow<bool>(() => throw FlowException.InvalidParameter(
                $"The limit '{Name}' would limit nothing: use -MaxConcurrency, -PerSecond or both.", "FlowLimitEmpty", Name));
        }

        if (ShouldProcess(Name, "New flow limit"))
        {
            WriteObject(Services.Limits.Set(VisibleText.OfName(Name), MaxConcurrency, PerSecond));
        }

        base.EndProcessing();
    }
}
