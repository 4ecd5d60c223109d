using System.Management.Automation;
using System.Management.Automation.Remoting.Internal;
using FlowModule.FlowHost.StandardCommands;

// pwsh's own namespace: the commands' full names are part of the ids of their errors.
namespace Microsoft.PowerShell.Commands;

/// <summary>Write-Error.</summary>
[Cmdlet(VerbsCommunications.Write, "Error", DefaultParameterSetName = NoException)]
internal sealed class WriteErrorCommand : PSCmdlet
{
    private const string NoException = "NoException";
    private const string WithException = "WithException";
    private const string WithRecord = "ErrorRecord";

    [Parameter(ParameterSetName = WithException, Mandatory = true, Position = 0)]
    public Exception? Exception { get; set; }

    [Parameter(ParameterSetName = NoException, Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [Parameter(ParameterSetName = WithException)]
    [AllowNull]
    [AllowEmptyString]
    [Alias("Msg")]
    public string? Message { get; set; }

    [Parameter(ParameterSetName = WithRecord, Mandatory = true, Position = 0)]
    public ErrorRecord? ErrorRecord { get; set; }

    [Parameter(ParameterSetName = NoException)]
    [Parameter(ParameterSetName = WithException)]
    public ErrorCategory Category { get; set; } = ErrorCategory.NotSpecified;

    [Parameter(ParameterSetName = NoException)]
    [Parameter(ParameterSetName = WithException)]
    public string ErrorId { get; set; } = string.Empty;

    [Parameter(ParameterSetName = NoException)]
    [Parameter(ParameterSetName = WithException)]
    public object? TargetObject { get; set; }

    [Parameter]
    public string? RecommendedAction { get; set; }

    [Parameter]
    [Alias("Activity")]
    public string CategoryActivity { get; set; } = string.Empty;

    [Parameter]
    [Alias("Reason")]
    public string CategoryReason { get; set; } = string.Empty;

    [Parameter]
    [Alias("TargetName")]
    public string CategoryTargetName { get; set; } = string.Empty;

    [Parameter]
    [Alias("TargetType")]
    public string CategoryTargetType { get; set; } = string.Empty;

    protected override void ProcessRecord()
    {
        ErrorRecord record = ErrorRecord is null ? CreateRecord() : new ErrorRecord(ErrorRecord, replaceParentContainsErrorRecordException: null);
        SetIfGiven(CategoryReason, value => record.CategoryInfo.Reason = value);
        SetIfGiven(CategoryTargetName, value => record.CategoryInfo.TargetName = value);
        SetIfGiven(CategoryTargetType, value => record.CategoryInfo.TargetType = value);
        if (!string.IsNullOrEmpty(RecommendedAction))
        {
            record.ErrorDetails ??= new ErrorDetails(record.Exception.Message);
            record.ErrorDetails.RecommendedAction = RecommendedAction;
        }

        // The error is the caller's: it points to where the function was called that writes it, not to this command.
        if (GetVariableValue("MyInvocation") is InvocationInfo caller)
        {
            EngineInternals.SetPosition(record, caller);
            record.CategoryInfo.Activity = "Write-Error";
        }

        SetIfGiven(CategoryActivity, value => record.CategoryInfo.Activity = value);

        // WriteError would put this command's own position into the record.
        new PSStreamObject(PSStreamObjectType.Error, record).WriteStreamObject(this);
    }

    private ErrorRecord CreateRecord()
    {
        Exception exception = Exception ?? new WriteErrorException(Message ?? string.Empty);
        string id = ErrorId.Length > 0 ? ErrorId : exception.GetType().FullName!;
        ErrorRecord record = new(exception, id, Category, TargetObject);
        if (Exception is not null && !string.IsNullOrEmpty(Message))
        {
            record.ErrorDetails = new ErrorDetails(Message);
        }

        return record;
    }

    private static void SetIfGiven(string value, Action<string> set)
    {
        if (value.Length > 0)
        {
            set(value);
        }
    }
}
