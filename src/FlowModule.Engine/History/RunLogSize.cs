using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.History;

/// <summary>
/// How much of a run's log is kept: its beginning and its end, half of what there may be each. What is between goes piece by piece, as more
/// comes, and a note stands in its place.
/// </summary>
internal sealed class RunLogSize
{
    /// <summary>What a line takes up beside its text, in the table and in its index, with what of their pages is empty.</summary>
    internal const int LineSize = 200;

    private const int PiecesOfLog = 8;

    // Of the end, the oldest first.
    private readonly Queue<(int Lines, long Size)> _pieces = new();
    private (int Lines, long Size) _last;
    private long _begin;
    private long _end;
    private int _endLines;
    private long _left;

    /// <summary>The run has written a line.</summary>
    /// <param name="text">How long it is.</param>
    /// <param name="limit">How large the log may be.</param>
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

    /// <summary>What is to be left out of all that was written; null for nothing.</summary>
    /// <param name="limit">How large the log may be.</param>
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

        // The first line that goes becomes the note.
        int removed = _left > 0 ? lines : lines - 1;
        _endLines -= lines;
        _left += lines;
        return new LogCut(rows, removed, _left);
    }
}
