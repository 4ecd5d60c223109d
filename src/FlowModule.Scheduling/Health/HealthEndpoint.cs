using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using FlowModule.Engine.Schedules.Health;

namespace FlowModule.Scheduling.Health;

/// <summary>
/// Serves the health of a scheduler over HTTP. <c>/health</c>: 200 if all is well, otherwise 503. <c>/health/live</c>: 503 only if its loop is
/// stuck, which is the only problem that a restart solves. Both return the whole report.
/// </summary>
/// <remarks>
/// No existing web server allows, on all systems, to limit the number and duration of connections. Modules of pwsh only have HttpListener, which
/// accepts all connections and uses handles that the scripts need.
/// </remarks>
internal sealed class HealthEndpoint : IDisposable
{
    /// <summary>The address that only this computer can reach.</summary>
    internal const string LocalAddress = "localhost";

    private const string HealthPath = "/health";
    private const string LivePath = "/health/live";

    private readonly IHealthSource _source;
    private readonly TimeProvider _time;
    private readonly HealthConnections _connections;

    private HealthEndpoint(IReadOnlyList<Socket> listeners, IHealthSource source, TimeProvider time)
    {
        _source = source;
        _time = time;
        _connections = new HealthConnections(listeners, Answer, time);
    }

    /// <summary>The number of connections.</summary>
    internal int Connections => _connections.Count;

    /// <summary>Starts to answer.</summary>
    /// <param name="port">The TCP port.</param>
    /// <param name="address">The host name of requests: <see cref="LocalAddress"/>, or + for any, also from other computers.</param>
    /// <param name="source">Provides the health of the scheduler.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="HealthException">The port is not available.</exception>
    internal static HealthEndpoint Listen(int port, string address, IHealthSource source, TimeProvider time)
    {
        try
        {
            return new HealthEndpoint(HealthAddresses.Listen(address, port), source, time);
        }
        catch (Exception exception) when (exception is SocketException or ArgumentException)
        {
            throw new HealthException(
                $"The health port {port} of {address} is not available: {exception.Message.TrimEnd('.')}. Choose another with -HealthPort.", path: null, port, exception);
        }
    }

    /// <summary>Stops answering.</summary>
    public void Dispose() => _connections.Dispose();

    private byte[] Answer(HealthRequest? request)
    {
        if (request is not { } asked)
        {
            return Write(HttpStatusCode.BadRequest);
        }

        if (asked.IsTooLong)
        {
            return Write(HttpStatusCode.RequestHeaderFieldsTooLarge);
        }

        if (asked.Path is not (HealthPath or LivePath))
        {
            return Write(HttpStatusCode.NotFound);
        }

        if (asked.Method is not ("GET" or "HEAD"))
        {
            return Write(HttpStatusCode.MethodNotAllowed, "Allow: GET, HEAD\r\n");
        }

        HealthReport report = _source.Now();
        bool isWell = asked.Path == LivePath ? report.IsAlive : report.IsOk;
        return Write(
            isWell ? HttpStatusCode.OK : HttpStatusCode.ServiceUnavailable,
            "Content-Type: application/json; charset=utf-8\r\nCache-Control: no-store\r\n", Encoding.UTF8.GetBytes(HealthJson.Write(report)), asked.Method == "HEAD");
    }

    private byte[] Write(HttpStatusCode status, string headers = "", byte[]? body = null, bool isHead = false)
    {
        string head = string.Create(
            CultureInfo.InvariantCulture,
            $"HTTP/1.1 {(int)status} {status}\r\nDate: {_time.GetUtcNow():R}\r\n{headers}Content-Length: {body?.Length ?? 0}\r\nConnection: close\r\n\r\n");
        return [.. Encoding.ASCII.GetBytes(head), .. isHead || body is null ? [] : body];
    }
}
