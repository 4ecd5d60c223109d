using System.Globalization;
using System.Management.Automation;
using System.Runtime.Serialization;
using FlowModule.Streams;

namespace FlowModule.Wire;

/// <summary>
/// Carries error records like PowerShell remoting: with their id, category and details, the position where they were raised and the stack
/// trace; the exception as a RemoteException with the original's properties. A target that is a text or number is carried unchanged, others as text.
/// </summary>
internal static class ErrorCodec
{
    internal static void Write(BinaryWriter data, ErrorRecord error, ValueWriter values)
    {
        FlowRun? run = RunErrors.RunOf(error);
        data.Write(run is not null);
        if (run is not null)
        {
            values.WriteIdentity(data, run);
            values.Write(data, run.InputObject);
        }

        Exception exception = error.Exception;
        (string Name, object? Value)[] properties =
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
            ("TargetObject", TargetOf(error)),
            .. PlaceOf(error.InvocationInfo),
        ];
        data.Write7BitEncodedInt(properties.Length);
        foreach ((string name, object? value) in properties)
        {
            data.Write(name);
            values.Write(data, value);
        }

        string[] types = [.. PSObject.AsPSObject(exception).TypeNames.Select(name => "Deserialized." + name)];
        values.Write(data, types);
        values.Write(data, exception.Message);
        values.Write(data, exception.StackTrace);
        values.Write(data, exception.Source);
        values.Write(data, exception.HResult);
        values.Write(data, exception.InnerException?.ToString());
    }

    internal static ErrorRecord Read(BinaryReader data, ValueReader values)
    {
        FlowRun? run = null;
        object? input = null;
        if (data.ReadBoolean())
        {
            run = values.ReadIdentity(data);
            input = values.Read(data);
        }

        var record = new PSObject();
        for (int count = data.Read7BitEncodedInt(); count > 0; count--)
        {
            string name = data.ReadString();
            record.Properties.Add(new PSNoteProperty(name, values.Read(data)));
        }

        var exception = new PSObject();
        exception.TypeNames.Clear();
        foreach (string type in values.Read<string[]>(data))
        {
            exception.TypeNames.Add(type);
        }

        foreach (string name in new[] { "Message", "StackTrace", "Source", "HResult", "InnerException" })
        {
            exception.Properties.Add(new PSNoteProperty(name, values.Read(data)));
        }

        record.Properties.Add(new PSNoteProperty("Exception", exception));
        ErrorRecord error = CarriedErrorRecord.From(record);
        if (run is not null && run.Id != values.Executing?.Id)
        {
            RunErrors.Attach(error, run, input);
        }

        return error;
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
