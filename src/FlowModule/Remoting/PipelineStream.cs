using System.Management.Automation;
using System.Management.Automation.Runspaces;
using FlowModule.Bodies;
using FlowModule.Wire;

namespace FlowModule.Remoting;

/// <summary>
/// A stream of bytes through one pipeline of a session of PowerShell remoting. The pipeline answers each object that it is sent, so a reader asks
/// again and again for what there is; the other side answers as soon as there is something.
/// </summary>
internal sealed class PipelineStream : WireStream
{
    private readonly object _sending = new();
    private readonly object _gate = new();
    private readonly PowerShell _pipeline;
    private readonly PSDataCollection<object> _input = [];
    private readonly PSDataCollection<PSObject> _output = [];
    private readonly Queue<object> _answers = new();
    private readonly MemoryStream _written = new();
    private readonly int _owner = Environment.CurrentManagedThreadId;
    private byte[] _rest = [];
    private int _position;
    private int _asked;
    private bool _isEnded;

    /// <summary>Starts the pipeline. The current thread is the one that reads.</summary>
    internal PipelineStream(Runspace session, string script)
    {
        _pipeline = PowerShell.Create();
        _pipeline.Runspace = session;
        _pipeline.AddScript(script);
        _output.DataAdded += (_, _) => Answered();
        _pipeline.InvocationStateChanged += (_, change) => Changed(change.InvocationStateInfo);
        _pipeline.BeginInvoke(_input, _output);
    }

    /// <summary>Why the pipeline has ended; null if it was told to end, or has not ended.</summary>
    internal Exception? Reason { get; private set; }

    /// <summary>Sends an object before the stream of bytes begins, and waits for the answer. Null if the pipeline has ended.</summary>
    internal object? Call(object value)
    {
        lock (_gate)
        {
            _asked++;
        }

        _input.Add(value);
        lock (_gate)
        {
            while (_answers.Count == 0 && !_isEnded)
            {
                Monitor.Wait(_gate);
            }

            return _answers.TryDequeue(out object? answer) ? answer : null;
        }
    }

    public override int Read(Span<byte> buffer)
    {
        while (true)
        {
            lock (_gate)
            {
                while (_position == _rest.Length && _answers.TryDequeue(out object? answer))
                {
                    _rest = (byte[])answer;
                    _position = 0;
                }

                if (_position < _rest.Length)
                {
                    int length = Math.Min(buffer.Length, _rest.Length - _position);
                    _rest.AsSpan(_position, length).CopyTo(buffer);
                    _position += length;
                    return length;
                }

                if (_isEnded)
                {
                    return 0;
                }

                if (_asked > 0)
                {
                    Monitor.Wait(_gate);
                    continue;
                }
            }

            Ask();
        }
    }

    /// <summary>What the reading thread writes goes with its next question: one journey, not several. What others write, such as a stop, goes at once.</summary>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        lock (_sending)
        {
            lock (_gate)
            {
                if (_isEnded)
                {
                    throw new IOException("The session has ended.");
                }

                if (Environment.CurrentManagedThreadId == _owner)
                {
                    _written.Write(buffer);
                    return;
                }

                _asked++;
            }

            _input.Add(buffer.ToArray());
        }
    }

    /// <summary>Stops the pipeline, and does not wait for that. Readers and writers see the end at once.</summary>
    internal void Stop()
    {
        End(reason: null);
        PipelineStop.Begin(_pipeline);
    }

    /// <summary>Waits until the pipeline has ended; false if the time is not enough.</summary>
    internal bool WaitForEnd(TimeSpan limit)
    {
        long deadline = Environment.TickCount64 + (long)limit.TotalMilliseconds;
        lock (_gate)
        {
            while (!_isEnded && deadline - Environment.TickCount64 is > 0 and var left)
            {
                Monitor.Wait(_gate, (int)Math.Min(left, int.MaxValue));
            }

            return _isEnded;
        }
    }

    /// <summary>No more input: the pipeline ends by itself.</summary>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            try
            {
                _input.Complete();
            }
            catch (ObjectDisposedException)
            {
                // It was complete before.
            }
        }

        base.Dispose(disposing);
    }

    private void Ask()
    {
        lock (_sending)
        {
            byte[] question;
            lock (_gate)
            {
                question = _written.ToArray();
                _written.SetLength(0);
                _asked++;
            }

            try
            {
                _input.Add(question);
            }
            catch (InvalidOperationException)
            {
                // The input is complete: nobody wants answers any more.
                End(reason: null);
            }
        }
    }

    private void Answered()
    {
        foreach (PSObject answer in _output.ReadAll())
        {
            lock (_gate)
            {
                _asked--;
                _answers.Enqueue(answer.BaseObject);
                Monitor.PulseAll(_gate);
            }
        }
    }

    private void Changed(PSInvocationStateInfo info)
    {
        if (info.State is PSInvocationState.Completed or PSInvocationState.Failed or PSInvocationState.Stopped or PSInvocationState.Disconnected)
        {
            Answered();
            End(info.Reason);
        }
    }

    private void End(Exception? reason)
    {
        lock (_gate)
        {
            Reason ??= reason;
            _isEnded = true;
            Monitor.PulseAll(_gate);
        }
    }
}
