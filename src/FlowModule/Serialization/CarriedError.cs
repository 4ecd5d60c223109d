using System.Globalization;
using System.Management.Automation;
using System.Runtime.Serialization;

namespace FlowModule.Serialization;

/// <summary>
/// Takes an error record apart for another process, and puts it together again, as PowerShell remoting does: with its id, category and details, the position
/// where it was raised and the stack trace of the scripts; the exception as a RemoteException.
/// </summary>
internal static class CarriedError
{
    internal const string Target = "TargetObject";

    /// <summary>The parts of an error that says nothing, with the types that PowerShell expects.</summary>
    internal static readonly (string Name, object? Value)[] Empty =
    [
        ("FullyQualifiedErrorId", null),
        ("ErrorCategory_Category", 0),
        ("ErrorCategory_Activity", null),
        ("ErrorCategory_Reason", null),
        ("ErrorCategory_TargetName", null),
        ("ErrorCategory_TargetType", null),
        ("ErrorCategory_Message", null),
        ("ErrorDetails_Message", null),
        ("ErrorDetails_RecommendedAction", null),
        ("ErrorDetails_ScriptStackTrace", null),
        (Target, null),
        ("SerializeExtendedInfo", false),
        ("InvocationInfo_CommandOrigin", CommandOrigin.Runspace),
        ("InvocationInfo_ExpectingInput", false),
        ("InvocationInfo_InvocationName", null),
        ("InvocationInfo_HistoryId", 0L),
        ("InvocationInfo_PipelineLength", 0),
        ("InvocationInfo_PipelinePosition", 0),
        ("InvocationInfo_ScriptName", null),
        ("InvocationInfo_ScriptLineNumber", 0),
        ("InvocationInfo_OffsetInLine", 0),
        ("InvocationInfo_Line", null),
        ("InvocationInfo_BoundParameters", null),
        ("InvocationInfo_UnboundArguments", null),
        ("InvocationInfo_PipelineIterationInfo", null),
        ("PipelineIterationInfo", null),
        ("SerializeExtent", false),
        ("CommandInfo_CommandType", null),
    ];

    /// <summary>The parts of an error besides its exception. A target that is a text or number is carried unchanged, others as text.</summary>
    internal static (string Name, object? Value)[] PropertiesOf(ErrorRecord error) =>
    [
        ("FullyQualifiedErrorId", error.FullyQualifiedErrorId),
        ("ErrorCategory_Category", (int)error.CategoryInfo.Category),
        ("ErrorCategory_Activity", error.CategoryInfo.Activity),
        ("ErrorCategory_Reason", error.CategoryInfo.Reason),
        ("ErrorCategory_TargetName", error.CategoryInfo.TargetName),
        ("ErrorCategory_TargetType", error.CategoryInfo.TargetType),
        ("ErrorCategory_Message", error.CategoryInfo.GetMessage(CultureInfo.CurrentUICulture)),
        ("ErrorDetails_Message", error.ErrorDetails?.Message),
        ("ErrorDetails_RecommendedAction", error.ErrorDetails?.RecommendedAction),
        ("ErrorDetails_ScriptStackTrace", error.ScriptStackTrace),
        (Target, TargetOf(error)),
        .. PlaceOf(error.InvocationInfo),
    ];

    /// <summary>Creates the error again.</summary>
    /// <param name="properties">Its parts, all of them.</param>
    /// <param name="exception">The properties of its exception, with the names of its types.</param>
    internal static ErrorRecord From(IEnumerable<(string Name, object? Value)> properties, PSObject exception)
    {
        var record = new PSObject();
        foreach ((string name, object? value) in properties)
        {
            record.Properties.Add(new PSNoteProperty(name, value));
        }

        record.Properties.Add(new PSNoteProperty("Exception", exception));
        return CarriedErrorRecord.From(record);
    }

    private static object? TargetOf(ErrorRecord error) => (error.TargetObject is PSObject wrapped ? wrapped.BaseObject : error.TargetObject) switch
    {
        null => null,
        string text => text,
        { } value when value.GetType().IsPrimitive => value,
        { } other => other.ToString(),
    };

    private static IEnumerable<(string Name, object? Value)> PlaceOf(InvocationInfo? invocation)
    {
        yield return ("SerializeExtendedInfo", invocation is not null);
        if (invocation is null)
        {
            yield break;
        }

        yield return ("InvocationInfo_CommandOrigin", invocation.CommandOrigin);
        yield return ("InvocationInfo_ExpectingInput", invocation.ExpectingInput);
        yield return ("InvocationInfo_InvocationName", invocation.InvocationName);
        yield return ("InvocationInfo_HistoryId", invocation.HistoryId);
        yield return ("InvocationInfo_PipelineLength", invocation.PipelineLength);
        yield return ("InvocationInfo_PipelinePosition", invocation.PipelinePosition);
        yield return ("InvocationInfo_ScriptName", invocation.ScriptName);
        yield return ("InvocationInfo_ScriptLineNumber", invocation.ScriptLineNumber);
        yield return ("InvocationInfo_OffsetInLine", invocation.OffsetInLine);
        yield return ("InvocationInfo_Line", invocation.Line);
        yield return ("InvocationInfo_BoundParameters", null);
        yield return ("InvocationInfo_UnboundArguments", null);
        yield return ("InvocationInfo_PipelineIterationInfo", null);
        yield return ("PipelineIterationInfo", null);
        yield return ("SerializeExtent", false);
        yield return ("CommandInfo_CommandType", null);
    }

    /// <summary>
    /// An error record with the original position: of all public ways to create one, only the serialization
    /// constructor accepts it.
    /// </summary>
    private sealed class CarriedErrorRecord : ErrorRecord
    {
#pragma warning disable SYSLIB0050, SYSLIB0051 // Formatter-based serialization is obsolete; nothing is formatted here, the constructor reads one CLIXML text.
        private CarriedErrorRecord(SerializationInfo info)
            : base(info, default)
        {
        }

        internal static CarriedErrorRecord From(PSObject record)
        {
            var info = new SerializationInfo(typeof(ErrorRecord), new FormatterConverter());
            record.GetObjectData(info, default);
            return new CarriedErrorRecord(info);
        }
#pragma warning restore SYSLIB0050, SYSLIB0051
    }
}
