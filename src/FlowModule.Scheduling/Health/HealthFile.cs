using System.Text;
using FlowModule.Engine.Files;
using FlowModule.Engine.Schedules.Health;

namespace FlowModule.Scheduling.Health;

/// <summary>
/// Keeps a file with the health of a scheduler: written every ten seconds, after each change, and at the end. A reader always finds a
/// complete file, whose time shows whether the scheduler is still alive.
/// </summary>
internal sealed class HealthFile : IDisposable
{
    internal static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly object _gate = new();
    private readonly string _path;
    private readonly IHealthSource _source;
    private readonly Action<string> _warn;
    private readonly ITimer _timer;
    private bool _isEnded;
    private bool _hasWarned;

    private HealthFile(string path, IHealthSource source, TimeProvider time, Action<string> warn)
    {
        _path = path;
        _source = source;
        _warn = warn;
        _timer = time.CreateTimer(static state => ((HealthFile)state!).Refresh(), this, Interval, Interval);
    }

    /// <summary>Writes the file for the first time, and keeps it up to date.</summary>
    /// <param name="path">The file's full path.</param>
    /// <param name="source">Provides the health of the scheduler.</param>
    /// <param name="time">The clock for the ten seconds.</param>
    /// <param name="warn">Called once when the file can no longer be written, and again after a successful write. Called from any thread.</param>
    /// <exception cref="HealthException">The file cannot be written.</exception>
    internal static HealthFile Keep(string path, IHealthSource source, TimeProvider time, Action<string> warn)
    {
        try
        {
            Write(path, source.Now());
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw new HealthException($"The health file '{path}' cannot be written: {exception.Message}", path, port: 0, exception);
        }

        return new HealthFile(path, source, time, warn);
    }

    /// <summary>Writes the file now, after a change.</summary>
    internal void Refresh()
    {
        lock (_gate)
        {
            if (!_isEnded)
            {
                TryWrite();
            }
        }
    }

    /// <summary>Writes the file for the last time. The file stays, and shows how the scheduler ended.</summary>
    public void Dispose()
    {
        _timer.Dispose();
        lock (_gate)
        {
            if (!_isEnded)
            {
                _isEnded = true;
                TryWrite();
            }
        }
    }

    private void TryWrite()
    {
        try
        {
            Write(_path, _source.Now());
            _hasWarned = false;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            if (!_hasWarned)
            {
                _hasWarned = true;
                _warn($"The health file '{_path}' cannot be written: {exception.Message}");
            }
        }
    }

    private static void Write(string path, HealthReport report) => AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(HealthJson.Write(report))));
}
