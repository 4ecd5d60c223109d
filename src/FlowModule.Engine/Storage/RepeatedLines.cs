using System.Runtime.InteropServices;

namespace FlowModule.Engine.Storage;

/// <summary>
/// The lines that a process had put into a run's log before it died. Whoever goes on with the run at its worker gets all of its lines again, and these are
/// not to be in the log twice.
/// </summary>
internal sealed class RepeatedLines
{
    private readonly object _gate = new();
    private readonly Dictionary<(FlowLogLevel Level, string Message), int> _lines = [];

    /// <param name="lines">The log of the run.</param>
    internal RepeatedLines(IEnumerable<FlowLogRecord> lines)
    {
        foreach (FlowLogRecord line in lines)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(_lines, (line.Level, line.Message), out _)++;
        }
    }

    /// <summary>Whether a line is in the log already. Each is repeated once.</summary>
    internal bool TryTake(FlowLogLevel level, string message)
    {
        lock (_gate)
        {
            if (_lines.GetValueOrDefault((level, message)) is var count && count == 0)
            {
                return false;
            }

            _lines[(level, message)] = count - 1;
            return true;
        }
    }
}
