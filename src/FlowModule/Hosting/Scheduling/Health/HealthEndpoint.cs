using System.Net;
using System.Net.Sockets;
using System.Text;
using FlowModule.Engine;

namespace FlowModule.Hosting.Scheduling;

/// <summary>
/// Answers over HTTP how a scheduler fares. <c>/health</c>: 200 when all is well, else 503. <c>/health/live</c>: 503 only when its loop stands
/// still, which is all that starting it anew could mend. Both with the whole report.
/// </summary>
internal sealed class HealthEndpoint : IDisposable
{
    /// <summary>The address by which only this computer reaches it.</summary>
    internal const string LocalAddress = "localhost";

    private const string HealthPath = "/health";
    private const string LivePath = "/health/live";

    private readonly HttpListener _listener;
    private readonly IHealthSource _source;
    private readonly Task _serving;

    private HealthEndpoint(HttpListener listener, IHealthSource source)
    {
        _listener = listener;
        _source = source;
        _serving = Task.Run(Serve);
    }

    /// <summary>Begins to answer.</summary>
    /// <param name="port">The TCP port.</param>
    /// <param name="address">The host name that requests come by: <see cref="LocalAddress"/>, or + for any, also from other computers.</param>
    /// <param name="source">Says how the scheduler fares.</param>
    /// <exception cref="FlowException">The port cannot be listened on.</exception>
    internal static HealthEndpoint Listen(int port, string address, IHealthSource source)
    {
        var listener = new HttpListener();
        try
        {
            foreach (string host in Hosts(address))
            {
                listener.Prefixes.Add($"http://{host}:{port}/");
            }

            listener.Start();
        }
        catch (Exception exception) when (exception is HttpListenerException or SocketException or ArgumentException)
        {
            listener.Close();
            throw HealthErrors.PortUnavailable(port, address, exception);
        }

        return new HealthEndpoint(listener, source);
    }

    /// <summary>Answers no more.</summary>
    public void Dispose()
    {
        _listener.Close();
        _serving.Wait();
    }

    // On Windows a user may listen on this name alone, and it stands for the numbers. Elsewhere it stands for one of them only.
    private static string[] Hosts(string address) =>
        address == LocalAddress && !OperatingSystem.IsWindows() ? [LocalAddress, "127.0.0.1"] : [address];

    private async Task Serve()
    {
        while (_listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync().ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                // It is being closed, or a client has hung up in the middle of its request.
                continue;
            }

            try
            {
                Answer(context.Request, context.Response);
                context.Response.Close();
            }
            catch (Exception)
            {
                // Whoever asked has hung up, or asked what cannot be answered. The next one is answered all the same.
                context.Response.Abort();
            }
        }
    }

    private void Answer(HttpListenerRequest request, HttpListenerResponse response)
    {
        string path = request.Url?.AbsolutePath.TrimEnd('/') ?? string.Empty;
        if (path is not (HealthPath or LivePath))
        {
            response.StatusCode = (int)HttpStatusCode.NotFound;
            return;
        }

        if (request.HttpMethod is not ("GET" or "HEAD"))
        {
            response.StatusCode = (int)HttpStatusCode.MethodNotAllowed;
            response.Headers["Allow"] = "GET, HEAD";
            return;
        }

        HealthReport report = _source.Now();
        bool isWell = path == LivePath ? report.IsAlive : report.IsOk;
        byte[] body = Encoding.UTF8.GetBytes(HealthJson.Write(report));
        response.StatusCode = (int)(isWell ? HttpStatusCode.OK : HttpStatusCode.ServiceUnavailable);
        response.ContentType = "application/json; charset=utf-8";
        response.Headers["Cache-Control"] = "no-store";
        response.ContentLength64 = body.Length;
        if (request.HttpMethod == "GET")
        {
            response.OutputStream.Write(body);
        }
    }
}
