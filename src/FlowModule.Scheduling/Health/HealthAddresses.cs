using System.Net;
using System.Net.Sockets;

namespace FlowModule.Scheduling.Health;

/// <summary>Creates the listening sockets for an address.</summary>
internal static class HealthAddresses
{
    /// <summary>Listens on the addresses of a name.</summary>
    /// <param name="address">localhost, + for all, or a name or number of this computer.</param>
    /// <param name="port">The TCP port.</param>
    /// <exception cref="SocketException">One of them is not available.</exception>
    internal static IReadOnlyList<Socket> Listen(string address, int port)
    {
        var sockets = new List<Socket>();
        try
        {
            foreach (IPAddress one in Resolve(address))
            {
                try
                {
                    sockets.Add(Listen(one, port));
                }
                catch (SocketException exception) when (one.AddressFamily == AddressFamily.InterNetworkV6 && IsNotThere(exception))
                {
                    // The system supports IPv6, but this computer has no such address.
                    if (one.Equals(IPAddress.IPv6Any))
                    {
                        sockets.Add(Listen(IPAddress.Any, port));
                    }
                }
            }

            return sockets;
        }
        catch
        {
            sockets.ForEach(static socket => socket.Dispose());
            throw;
        }
    }

    private static IPAddress[] Resolve(string address) => address switch
    {
        HealthEndpoint.LocalAddress => Socket.OSSupportsIPv6 ? [IPAddress.Loopback, IPAddress.IPv6Loopback] : [IPAddress.Loopback],
        "+" or "*" => [Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any],
        _ => IPAddress.TryParse(address, out IPAddress? number) ? [number] : Dns.GetHostAddresses(address),
    };

    private static Socket Listen(IPAddress address, int port)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (OperatingSystem.IsWindows())
            {
                // On other systems, two sockets can never listen on one port.
                socket.ExclusiveAddressUse = true;
            }

            if (address.Equals(IPAddress.IPv6Any))
            {
                socket.DualMode = true;
            }

            socket.Bind(new IPEndPoint(address, port));
            socket.Listen();
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static bool IsNotThere(SocketException exception) =>
        exception.SocketErrorCode is SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported or SocketError.ProtocolNotSupported;
}
