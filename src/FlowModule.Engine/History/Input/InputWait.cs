using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.History.Input;

/// <summary>Waits for an answer. An answer from this process wakes it; an answer from another process is found by the ticks of its history.</summary>
internal sealed class InputWait : IDisposable
{
    private static readonly object Gate = new();
    private static readonly List<InputWait> Waits = [];

    private readonly RunHistory? _history;
    private readonly InputQuestion _question;
    private readonly Action _wake;
    private readonly ITimer? _timer;
    private string? _answer;
    private volatile bool _isTimeUp;

    /// <param name="history">Where the question is stored; null for in memory.</param>
    /// <param name="question">The stored question.</param>
    /// <param name="time">The clock.</param>
    /// <param name="limit">The timeout, counted from the first time the question was asked; null for none.</param>
    /// <param name="wake">Called on any thread when there is an answer, or the time is up.</param>
    internal InputWait(RunHistory? history, InputQuestion question, TimeProvider time, TimeSpan? limit, Action wake)
    {
        _history = history;
        _question = question;
        _wake = wake;
        _answer = question.Answer;
        lock (Gate)
        {
            Waits.Add(this);
        }

        if (limit is { } span)
        {
            TimeSpan left = question.Asked + span - time.GetUtcNow();
            _isTimeUp = left <= TimeSpan.Zero;
            _timer = _isTimeUp ? null : time.CreateTimer(_ => EndTime(), state: null, left, Timeout.InfiniteTimeSpan);
        }

        // Finds an answer that was given between the question and this wait.
        Look();
    }

    /// <summary>The encoded answer; null until there is one.</summary>
    internal string? Answer => Volatile.Read(ref _answer);

    /// <summary>Whether the wait has timed out.</summary>
    internal bool IsTimeUp => _isTimeUp;

    /// <summary>Lets waits find the answers of other processes.</summary>
    internal static void Watch(RunHistory history) => history.Rounds.Each(store =>
    {
        foreach (InputWait wait in All(wait => wait._history == history))
        {
            wait.Look(store.Inputs);
        }
    });

    /// <summary>Called after this process has stored an answer.</summary>
    internal static void Wake(Guid run)
    {
        foreach (InputWait wait in All(wait => wait._question.Run == run))
        {
            wait.Look();
        }
    }

    public void Dispose()
    {
        lock (Gate)
        {
            Waits.Remove(this);
        }

        _timer?.Dispose();
    }

    private static InputWait[] All(Func<InputWait, bool> isMeant)
    {
        lock (Gate)
        {
            return Waits.Count == 0 ? [] : [.. Waits.Where(isMeant)];
        }
    }

    private void Look()
    {
        if (_history is null)
        {
            Look(MemoryInputs.Instance);
            return;
        }

        try
        {
            _history.Change(store => Look(store.Inputs));
        }
        catch (HistoryException)
        {
            // While the history is in trouble nothing can be found; the next tick tries again.
        }
    }

    private void Look(IInputStore inputs)
    {
        if (Answer is null && inputs.Find(_question.Run, _question.Name)?.Answer is { } answer)
        {
            Volatile.Write(ref _answer, answer);
            _wake();
        }
    }

    private void EndTime()
    {
        _isTimeUp = true;
        _wake();
    }
}
