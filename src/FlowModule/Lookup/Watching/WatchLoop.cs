using System.Diagnostics;
using FlowModule.Engine.History;

namespace FlowModule.Lookup.Watching;

/// <summary>Shows runs on a terminal and obeys its keys, until the runs have ended or the reader leaves.</summary>
/// <param name="console">The terminal.</param>
/// <param name="screen">Draws.</param>
/// <param name="runs">The runs.</param>
/// <param name="stop">Tells a run to stop; returns what came of it, or null.</param>
internal sealed class WatchLoop(IWatchConsole console, WatchScreen screen, WatchedRuns runs, Func<FlowRunRecord, string?> stop)
{
    /// <summary>Times of unfinished runs are shown anew after this time.</summary>
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    private WatchModel _model = new();

    /// <summary>The shortest time between two looks at the history.</summary>
    internal TimeSpan Between { private get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Whether the reader has left before the end.</summary>
    internal bool HasLeft { get; private set; }

    /// <summary>Shows the runs. Returns at their end, when the reader leaves, or when the wait ends.</summary>
    /// <param name="wait">Waits for a change of the history, or until the given condition is true; false if it was cancelled.</param>
    /// <param name="isTimeUp">Whether to end.</param>
    internal void Run(Func<Func<bool>, bool> wait, Func<bool> isTimeUp)
    {
        while (true)
        {
            long looked = Stopwatch.GetTimestamp();
            _model = _model with { Rows = runs.Look(), Log = runs.Lines() };
            Draw();
            if (runs.AreOver && _model.Mode == WatchMode.Tree)
            {
                return;
            }

            do
            {
                bool isWaiting = wait(() => console.Key() is { } key ? Press(key) : isTimeUp() || Stopwatch.GetElapsedTime(looked) >= Tick);
                if (HasLeft || isTimeUp() || !isWaiting)
                {
                    return;
                }
            }
            while (Stopwatch.GetElapsedTime(looked) < Between);
        }
    }

    /// <summary>Handles a key, and those that follow it. Returns true, because there is something new to see.</summary>
    private bool Press(ConsoleKeyInfo first)
    {
        for (ConsoleKeyInfo? key = first; key is { } pressed; key = console.Key())
        {
            bool hadLog = _model.Mode == WatchMode.Log;
            (_model, WatchRequest request) = WatchKeys.Press(_model, pressed, console.Height - WatchScreen.Frame);
            if (hadLog && _model.Mode != WatchMode.Log)
            {
                runs.CloseLog();
            }

            Do(request);
        }

        Draw();
        return true;
    }

    private void Do(WatchRequest request)
    {
        FlowRunRecord? run = _model.Chosen is { } row ? runs.Find(row.Id) : null;
        switch (request)
        {
            case WatchRequest.Quit:
                HasLeft = true;
                break;
            case WatchRequest.OpenLog when run is not null:
                runs.OpenLog(run);
                _model = _model with { Log = runs.Lines() };
                break;
            case WatchRequest.Stop when run is not null:
                _model = _model with { Note = stop(run) ?? $"{run.FlowName} '{run.Name}' is told to stop." };
                break;
            default:
                break;
        }
    }

    private void Draw() => console.Show(screen.Draw(_model, console.Width, console.Height));
}
