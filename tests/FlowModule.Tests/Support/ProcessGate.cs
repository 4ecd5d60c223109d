using System.Net;
using System.Net.Sockets;

namespace FlowModule.Tests.Support;

/// <summary>
/// What a test and a body in another process wait for each other with: a connection, whose end also tells that the process has died.
/// </summary>
internal sealed class ProcessGate : IDisposable
{
    private const int PatienceMilliseconds = 60_000;

    private readonly TcpListener _listener = new(IPAddress.Loopback, port: 0);
    private readonly List<TcpClient> _clients = [];

    internal ProcessGate() => _listener.Start();

    /// <summary>A statement by which a body says that it is here, and who it is. The connection lasts as long as its process.</summary>
    internal string Arrive =>
        $"$gate = [System.Net.Sockets.TcpClient]::new('127.0.0.1', {((IPEndPoint)_listener.LocalEndpoint).Port}); "
        + "$global:gates = @($global:gates) + $gate; $gate.GetStream().Write([BitConverter]::GetBytes([int] $PID), 0, 4);";

    /// <summary>The same, and the body then waits where no pipeline can interrupt it.</summary>
    internal string ArriveAndWait => Arrive + " $null = $gate.GetStream().ReadByte();";

    /// <summary>Waits for a body to arrive, and gives the id of its process.</summary>
    internal int WaitForArrival()
    {
        Task<TcpClient> accepting = _listener.AcceptTcpClientAsync();
        Assert.True(accepting.Wait(PatienceMilliseconds), "Nobody arrives.");
        TcpClient client = accepting.Result;
        client.ReceiveTimeout = PatienceMilliseconds;
        _clients.Add(client);
        byte[] id = new byte[sizeof(int)];
        client.GetStream().ReadExactly(id);
        return BitConverter.ToInt32(id);
    }

    /// <summary>Lets those who wait go on.</summary>
    internal void Open() => _clients.ForEach(client => client.GetStream().WriteByte(1));

    /// <summary>Waits until the processes of all who have arrived are gone.</summary>
    internal void WaitForDeath()
    {
        foreach (TcpClient client in _clients)
        {
            try
            {
                Assert.Equal(-1, client.GetStream().ReadByte());
            }
            catch (IOException exception) when (exception.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionReset })
            {
                // Died with something unread.
            }
        }
    }

    public void Dispose()
    {
        _clients.ForEach(client => client.Dispose());
        _listener.Dispose();
    }
}
