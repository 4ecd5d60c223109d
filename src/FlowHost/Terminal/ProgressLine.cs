using System.Management.Automation;

namespace FlowModule.FlowHost.Terminal;

/// <summary>Shows the newest progress records on one line of the terminal, which is wiped before anything else is written.</summary>
/// <remarks>Not thread-safe: its owner holds the lock that orders all output.</remarks>
internal sealed class ProgressLine(TextWriter terminal)
{
    private const string WipeLine = "\r\u001b[K";

    // Painting more often than this is work that nobody can see.
    private static readonly TimeSpan PaintInterval = TimeSpan.FromMilliseconds(100);

    // For a terminal that tells no size: narrower than any real one.
    private const int UnknownWidth = 40;

    private readonly List<(long Source, ProgressRecord Record)> _active = [];
    private long _lastPaint;
    private bool _shown;

    public void Update(long sourceId, ProgressRecord record, bool canPaint)
    {
        int index = _active.FindIndex(item => item.Source == sourceId && item.Record.ActivityId == record.ActivityId);
        if (record.RecordType == ProgressRecordType.Completed)
        {
            // What was started below a bar has ended with it.
            _active.RemoveAll(item => item.Source == sourceId
                && (item.Record.ActivityId == record.ActivityId || item.Record.ParentActivityId == record.ActivityId));
        }
        else if (index >= 0)
        {
            _active[index] = (sourceId, record);
        }
        else
        {
            _active.Add((sourceId, record));
        }

        if (_active.Count == 0)
        {
            Clear();
        }
        else if (canPaint || _shown)
        {
            Paint(record);
        }
    }

    public void Clear()
    {
        if (_shown)
        {
            terminal.Write(WipeLine);
            _shown = false;
        }
    }

    public void Reset()
    {
        _active.Clear();
        Clear();
    }

    private void Paint(ProgressRecord newest)
    {
        if (_shown && TimeProvider.System.GetElapsedTime(_lastPaint) < PaintInterval)
        {
            return;
        }

        _lastPaint = TimeProvider.System.GetTimestamp();
        string line = Describe(newest.RecordType == ProgressRecordType.Completed ? _active[^1].Record : newest);
        if (_active.Count > 1)
        {
            line += $" (+{_active.Count - 1} more)";
        }

        // One column stays free: a terminal that wraps there would scroll the line out of our reach.
        int width = (Console.WindowWidth > 1 ? Console.WindowWidth : UnknownWidth) - 1;
        terminal.Write(WipeLine + (line.Length > width ? line[..width] : line));
        _shown = true;
    }

    private static string Describe(ProgressRecord record)
    {
        string line = $"{record.Activity}: {record.StatusDescription}";
        if (record.PercentComplete >= 0)
        {
            line += $" [{record.PercentComplete}%]";
        }

        if (record.SecondsRemaining >= 0)
        {
            line += $" {TimeSpan.FromSeconds(record.SecondsRemaining):c}";
        }

        if (!string.IsNullOrEmpty(record.CurrentOperation))
        {
            line += $" {record.CurrentOperation}";
        }

        return line.ReplaceLineEndings(" ");
    }
}
