using System.Buffers;
using System.Net.Sockets;

namespace FlowModule.Scheduling.Health;

/// <summary>
/// Connections for one request and one answer each, limited in number and time, because they use handles of the process
/// that must start scripts. If there are too many, the oldest is closed: clients that send a request at once are answered even if many
/// others stay silent.
/// </summary>
internal sealed class HealthConnections : IDisposable
{
    /// <summary>The maximum number of connections.</summary>
    internal const int Most = 64;

    /// <summary>The time limit for a request's headers, and then for the answer.</summary>
    internal static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    /// <summary>The pause before new connections are accepted after the system has run out of handles.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly LinkedList<Socket> _open = new();
    private readonly IReadOnlyList<Socket> _listeners;
    private readonly Func<HealthRequest?, byte[]> _answer;
    private readonly TimeProvider _time;
    private readonly Task _accepting;
    private bool _isEnded;

    /// <param name="listeners">The listening sockets.</param>
    /// <param name="answer">Returns the answer to a request; the argument is null if the request is invalid.</param>
    /// <param name="time">The clock.</param>
    internal HealthConnections(IReadOnlyList<Socket> listeners, Func<HealthRequest?, byte[]> answer, TimeProvider time)
    {
        _listeners = listeners;
        _answer = answer;
        _time = time;
        _accepting = Task.WhenAll(listeners.Select(listener => Task.Run(() => Accept(listener))));
    }

    /// <summary>The number of connections.</summary>
    internal int Count
    {
        get
        {
            lock (_open)
            {
                return _open.Count;
            }
        }
    }

    public void Dispose()
    {
        Socket[] open;
        lock (_open)
        {
            _isEnded = true;
            open = [.. _open];
        }

        foreach (Socket socket in _listeners.Concat(open))
        {
            socket.Dispose();
        }

        _accepting.Wait();
    }

    private async Task Accept(Socket listener)
    {
        while (!IsEnded())
        {
            try
            {
                Socket socket = await listener.AcceptAsync().ConfigureAwait(false);
                _ = Attend(socket);
            }
            catch (SocketException)
            {
                // The client has gone, there are no handles left, or this object is being disposed.
                await (IsEnded() ? Task.CompletedTask : Task.Delay(Pause, _time)).ConfigureAwait(false);
            }
            catch (ObjectDisposedException)
            {
                return;
            }
        }
    }

    private bool IsEnded()
    {
        lock (_open)
        {
            return _isEnded;
        }
    }

    private async Task Attend(Socket socket)
    {
        LinkedListNode<Socket> place = Enter(socket);
        try
        {
            byte[] answer = _answer(await ReadHead(socket).ConfigureAwait(false));
            await Send(socket, answer).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // The client has hung up, was closed, or took too long. Later clients are still answered.
        }
        finally
        {
            socket.Dispose();
            Leave(place);
        }
    }

    private LinkedListNode<Socket> Enter(Socket socket)
    {
        lock (_open)
        {
            if (_isEnded)
            {
                socket.Dispose();
            }
            else if (_open.Count >= Most)
            {
                _open.First!.Value.Dispose();
                _open.RemoveFirst();
            }

            return _open.AddLast(socket);
        }
    }

    private void Leave(LinkedListNode<Socket> place)
    {
        lock (_open)
        {
            if (place.List is not null)
            {
                _open.Remove(place);
            }
        }
    }

    private async Task<HealthRequest?> ReadHead(Socket socket)
    {
        using var limit = new CancellationTokenSource(Limit, _time);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(HealthRequest.LongestHead);
        try
        {
            for (int count = 0; count < HealthRequest.LongestHead;)
            {
                int read = await socket.ReceiveAsync(buffer.AsMemory(count..HealthRequest.LongestHead), limit.Token).ConfigureAwait(false);
                count += read;
                if (read == 0 || HealthRequest.IsWhole(buffer.AsSpan(0, count)))
                {
                    return read == 0 ? throw new EndOfStreamException() : HealthRequest.Read(buffer.AsSpan(0, count));
                }
            }

            return HealthRequest.TooLong;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task Send(Socket socket, byte[] answer)
    {
        using var limit = new CancellationTokenSource(Limit, _time);
        for (int sent = 0; sent < answer.Length;)
        {
            sent += await socket.SendAsync(answer.AsMemory(sent), limit.Token).ConfigureAwait(false);
        }

        // Closing while the other side is still sending would discard the answer.
        socket.Shutdown(SocketShutdown.Send);
        byte[] rest = ArrayPool<byte>.Shared.Rent(HealthRequest.LongestHead);
        try
        {
            while (await socket.ReceiveAsync(rest, limit.Token).ConfigureAwait(false) > 0)
            {
                // The client is gone.
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rest);
        }
    }
}
