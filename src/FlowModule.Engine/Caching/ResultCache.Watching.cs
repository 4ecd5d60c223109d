using FlowModule.Engine.Limits;

namespace FlowModule.Engine.Caching;

/// <content>Checks for results of other processes, only while a caller waits here for one.</content>
internal sealed partial class ResultCache
{
    private static readonly TimeSpan CheckEvery = TimeSpan.FromSeconds(1);

    private IDisposable? _changes;
    private ITimer? _timer;
    private bool _timerIsSet;
    private long? _checkedAt;

    private void Watch()
    {
        _changes ??= _stored.Watch(() => Look(isChanged: true));
        if (!_timerIsSet)
        {
            _timerIsSet = true;
            _timer ??= _time.CreateTimer(_ => Look(isChanged: false), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _timer.Change(CheckEvery, Timeout.InfiniteTimeSpan);
        }
    }

    private void CatchUpLater()
    {
        if (_stored.IsBehind)
        {
            Watch();
        }
    }

    private void Look(bool isChanged)
    {
        List<Action>? calls = null;
        lock (_gate)
        {
            _timerIsSet &= isChanged;
            KeyValuePair<string, Computation>[] elsewhere = [.. _computations.Where(entry => entry.Value.Seen is not null)];
            if (_stored.IsBehind)
            {
                _stored.CatchUp();
            }
            else if (elsewhere.Length == 0)
            {
                _changes?.Dispose();
                _changes = null;
                return;
            }

            bool isTime = _checkedAt is not { } at || _time.GetElapsedTime(at) >= CheckEvery;
            if (isChanged || isTime)
            {
                _checkedAt = isTime ? _time.GetTimestamp() : _checkedAt;
                foreach ((string key, Computation computation) in elsewhere)
                {
                    Look(key, computation, isTime, ref calls);
                }
            }

            Watch();
        }

        CallQueue.Run(calls);
    }

    private void Look(string key, Computation computation, bool checksProcess, ref List<Action>? calls)
    {
        switch (_stored.Look(key, computation.Seen!.Value, checksProcess, out object? value))
        {
            case ResultClaim.Found:
                End(key, value, ref calls);
                break;
            case ResultClaim.Free:
                CallNext(key, computation, ref calls);
                break;
            default:
                break;
        }
    }
}
