using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.History;

/// <summary>
/// Limits a run's log to its beginning and its end, with half of the limit each. Lines in between are removed in pieces as the log grows, and
/// a note takes their place.
/// </summary>
internal sealed class RunLogSize
{
    /// <summary>The size of a line without its text, in the table and its index, including partly filled pages.</summary>
    internal const int LineSize = 200;

    private const int PiecesOfLog = 8;

    // The pieces of the end, oldest first.
    private readonly Queue<(int Lines, long Size)> _pieces = new();
    private (int Lines, long Size) _last;
    private long _begin;
    private long _end;
    private int _endLines;
    private long _left;

    /// <summary>Adds a line that the run has written.</summary>
    /// <param name="text">The length of its text.</param>
    /// <param name="limit">The log's size limit.</param>
    internal void Add(int text, long limit)
    {
        int size = text + LineSize;
        if (_endLines == 0 && _begin + size <= limit / 2)
        {
            _begin += size;
            return;
        }

        _end += size;
        _endLines++;
        _last = (_last.Lines + 1, _last.Size + size);
        if (_last.Size >= limit / PiecesOfLog)
        {
            _pieces.Enqueue(_last);
            _last = default;
        }
    }

    /// <summary>Returns what to remove now; null for nothing.</summary>
    /// <param name="limit">The log's size limit.</param>
    internal LogCut? Cut(long limit)
    {
        int rows = _endLines + (_left > 0 ? 1 : 0);
        int lines = 0;
        while (_end > limit / 2 && _pieces.TryPeek(out (int Lines, long Size) piece) && _end - piece.Size >= (limit / 2) - (limit / PiecesOfLog))
        {
            _pieces.Dequeue();
            _end -= piece.Size;
            lines += piece.Lines;
        }

        if (lines == 0)
        {
            return null;
        }

        // The first removed line becomes the note.
        int removed = _left > 0 ? lines : lines - 1;
        _endLines -= lines;
        _left += lines;
        return new LogCut(rows, removed, _left);
    }
}
