using System.Net;
using System.Net.Sockets;

namespace FlowModule.FlowHost.Tests.Support;

/// <summary>A local collector that receives spans and metrics over HTTP.</summary>
internal sealed class OtlpReceiver : IDisposable
{
    // Only for a span that never comes.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly HttpListener _listener;
    private readonly List<OtlpSpan> _spans = [];
    private readonly HashSet<string> _metrics = new(StringComparer.Ordinal);

    internal OtlpReceiver()
    {
        for (int attempts = 1; ; attempts++)
        {
            using (TcpListener free = new(IPAddress.Loopback, port: 0))
            {
                free.Start();
                Address = $"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}";
            }

            _listener = new HttpListener { Prefixes = { Address + "/" } };
            try
            {
                _listener.Start();
                break;
            }
            catch (HttpListenerException) when (attempts < 10)
            {
                // Somebody else was quicker to take the port.
                _listener.Close();
            }
        }

        _ = Task.Run(ServeAsync);
    }

    internal string Address { get; }

    /// <summary>The spans received so far.</summary>
    internal OtlpSpan[] Spans
    {
        get
        {
            lock (_spans)
            {
                return [.. _spans];
            }
        }
    }

    /// <summary>Waits until the spans of all these runs have arrived: a worker process may send its spans after the end of the process that started it.</summary>
    internal OtlpSpan[] WaitForRuns(IReadOnlyCollection<string> ids)
    {
        lock (_spans)
        {
            while (ids.Except(_spans.Select(span => span.Tags.GetValueOrDefault("flow.run.id")), StringComparer.Ordinal).Any())
            {
                Assert.True(Monitor.Wait(_spans, Patience), "Not all spans have arrived.");
            }

            return [.. _spans];
        }
    }

    internal string[] Metrics
    {
        get
        {
            lock (_spans)
            {
                return [.. _metrics];
            }
        }
    }

    /// <summary>The variables that direct a process's telemetry to this collector.</summary>
    internal Dictionary<string, string?> Environment => new(StringComparer.Ordinal)
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = Address,
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",

        // Milliseconds. On a busy machine, the process must not give up on what it still has to send.
        ["OTEL_EXPORTER_OTLP_TIMEOUT"] = "180000",
        ["TRACEPARENT"] = null,
    };

    public void Dispose() => _listener.Close();

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                HttpListenerContext context = await _listener.GetContextAsync();
                using MemoryStream body = new();
                await context.Request.InputStream.CopyToAsync(body);
                lock (_spans)
                {
                    if (context.Request.Url!.AbsolutePath == "/v1/traces")
                    {
                        _spans.AddRange(OtlpMessage.Spans(body.ToArray()));
                    }
                    else
                    {
                        _metrics.UnionWith(OtlpMessage.Metrics(body.ToArray()));
                    }

                    Monitor.PulseAll(_spans);
                }

                context.Response.ContentType = "application/x-protobuf";
                context.Response.Close();
            }
        }
        catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
