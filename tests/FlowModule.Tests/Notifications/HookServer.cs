using System.Net;
using System.Net.Sockets;
using System.Text;

namespace FlowModule.Tests.Notifications;

/// <summary>A real service on this computer that answers posts one after another as the test defines; the last answer repeats.</summary>
internal sealed class HookServer : IDisposable
{
    private readonly HttpListener _listener;
    private readonly Queue<Action<HttpListenerResponse>?> _answers;
    private readonly SemaphoreSlim _arrivals = new(0);
    private readonly List<HookRequest> _requests = [];

    /// <param name="answers">The answers; null for none at all.</param>
    internal HookServer(params Action<HttpListenerResponse>?[] answers)
    {
        _answers = new(answers);
        (_listener, Address) = Listen();
        _ = Task.Run(Serve);
    }

    internal Uri Address { get; }

    internal HookRequest[] Requests
    {
        get
        {
            lock (_requests)
            {
                return [.. _requests];
            }
        }
    }

    /// <summary>A free port outside of the range that systems assign to outgoing connections.</summary>
    internal static int FreePort()
    {
        while (true)
        {
            int port = Random.Shared.Next(15_000, 32_000);
            using var listener = new TcpListener(IPAddress.Any, port);
            try
            {
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken; tries another.
            }
        }
    }

    internal static Action<HttpListenerResponse> Status(int status, string? text = null, params (string Name, string Value)[] headers) => response =>
    {
        response.StatusCode = status;
        foreach ((string name, string value) in headers)
        {
            response.Headers[name] = value;
        }

        if (text is not null)
        {
            response.OutputStream.Write(Encoding.UTF8.GetBytes(text));
        }
    };

    /// <summary>Completes when one more request has arrived.</summary>
    internal Task WaitForRequest() => _arrivals.WaitAsync();

    public void Dispose()
    {
        _listener.Close();
        _arrivals.Dispose();
    }

    private static (HttpListener Listener, Uri Address) Listen()
    {
        while (true)
        {
            var address = new Uri($"http://127.0.0.1:{FreePort()}/hook");
            var listener = new HttpListener();
            listener.Prefixes.Add(new Uri(address, "/").ToString());
            try
            {
                listener.Start();
                return (listener, address);
            }
            catch (HttpListenerException)
            {
                // Taken in the meantime; tries another.
                listener.Close();
            }
        }
    }

    private async Task Serve()
    {
        try
        {
            while (true)
            {
                HttpListenerContext context = await _listener.GetContextAsync();
                using var reader = new StreamReader(context.Request.InputStream, Encoding.UTF8);
                string body = await reader.ReadToEndAsync();
                lock (_requests)
                {
                    _requests.Add(new HookRequest(context.Request.HttpMethod, context.Request.RawUrl!, context.Request.Headers, body));
                }

                Action<HttpListenerResponse>? answer = _answers.Count > 1 ? _answers.Dequeue() : _answers.Peek();
                if (answer is not null)
                {
                    answer(context.Response);
                    context.Response.Close();
                }

                _arrivals.Release();
            }
        }
        catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
