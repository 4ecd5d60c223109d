using System.Management.Automation;
using System.Management.Automation.Language;

namespace FlowModule.Streams;

/// <summary>Errors of runs that a cmdlet throws.</summary>
internal static class ThrownErrors
{
    /// <summary>
    /// A copy of an error that shows the place where it was raised, and goes on doing so: thrown by a cmdlet, an error gets the
    /// cmdlet's place, but for one that has a place to display.
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
