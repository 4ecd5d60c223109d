using System.ComponentModel;
using System.Management.Automation.Runspaces;
using FlowModule.Processes.Child;
using FlowModule.Wire;

namespace FlowModule;

/// <summary>
/// Executes the subflows of another machine in a session of PowerShell remoting. A pipeline of the session passes on what it is sent, and answers with
/// what is returned.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class FlowRemoteWorker : IDisposable
{
    private const int StackBytes = 16 * 1024 * 1024;

    // How soon the pipeline sees what is sent while it waits, such as a stop.
    private const int WaitMilliseconds = 100;

    private readonly SessionStream _stream = new();
    private readonly Thread _thread;
    private Exception? _failure;

    /// <summary>Starts the worker.</summary>
    /// <param name="sessionState">The initial state of new sessions.</param>
    public FlowRemoteWorker(InitialSessionState sessionState)
    {
        ArgumentNullException.ThrowIfNull(sessionState);

        // On a thread without a session: script blocks created on a thread with a session take its language mode.
        _thread = new Thread(() => Serve(sessionState), StackBytes) { IsBackground = true, Name = "FlowModule remote worker" };
        _thread.Start();
    }

    /// <summary>Receives bytes from the other machine, and returns those for it. Without any, it waits a moment for the first.</summary>
    /// <param name="bytes">What the other machine has sent; may be empty.</param>
    /// <returns>What the worker has written since the last call; may be empty.</returns>
    /// <exception cref="InvalidOperationException">The worker has failed.</exception>
    public byte[] Exchange(byte[] bytes)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        byte[] answer = _stream.Exchange(bytes, WaitMilliseconds);
        return answer.Length == 0 && _failure is { } failure ? throw new InvalidOperationException($"The worker failed: {failure.Message}", failure) : answer;
    }

    /// <summary>Stops what runs, and waits until its finally blocks have run, as long as they may take.</summary>
    public void Dispose()
    {
        _stream.Dispose();
        _thread.Join(TimeSpan.FromSeconds(FlowRun.GraceSeconds));
    }

    private void Serve(InitialSessionState sessionState)
    {
        try
        {
            ChildServer.RunInSession(new FrameChannel(_stream), sessionState);
        }
        catch (Exception exception)
        {
            // The process is not ours to end: the pipeline reports it.
            _failure = exception;
            _stream.Dispose();
        }
    }
}
