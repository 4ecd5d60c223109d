using System.Management.Automation;
using System.Management.Automation.Language;

namespace FlowModule.Streams;

/// <summary>Errors of runs that a cmdlet throws.</summary>
internal static class ThrownErrors
{
    /// <summary>
    /// A copy of an error that keeps the position where it was raised: an error thrown by a cmdlet would otherwise get the
    /// cmdlet's position, unless it has a display position.
    /// </summary>
    internal static ErrorRecord AtItsPlace(ErrorRecord error)
    {
        var copy = new ErrorRecord(error, replaceParentContainsErrorRecordException: null);
        if (error.InvocationInfo is { ScriptLineNumber: > 0 } place)
        {
            var start = new ScriptPosition(place.ScriptName, place.ScriptLineNumber, place.OffsetInLine, place.Line);
            var end = new ScriptPosition(place.ScriptName, place.ScriptLineNumber, place.OffsetInLine, place.Line);
            copy.InvocationInfo.DisplayScriptPosition ??= new ScriptExtent(start, end);
        }

        return copy;
    }
}
