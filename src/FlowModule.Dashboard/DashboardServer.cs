using System.Net;
using FlowModule.Dashboard.Acting;
using FlowModule.Dashboard.Live;
using FlowModule.Dashboard.Pages;
using FlowModule.Dashboard.Reading;
using FlowModule.Dashboard.Security;
using FlowModule.Engine.Storage;
using FlowModule.History;
using FlowModule.Pool;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace FlowModule.Dashboard;

/// <summary>The web server of the pages.</summary>
internal static class DashboardServer
{
    /// <summary>Serves the pages until it is stopped.</summary>
    /// <param name="options">The options.</param>
    /// <param name="output">Receives the line with the address to open.</param>
    /// <param name="end">Stops it, as Ctrl+C and SIGTERM do.</param>
    /// <exception cref="DashboardException">The options do not allow it.</exception>
    internal static async Task Run(DashboardOptions options, TextWriter output, CancellationToken end)
    {
        BindRules.Require(options);
        var places = new DashboardFiles(options.HistoryPath);
        AccessToken token = AccessToken.InFile(options.TokenPath ?? places.Token, makesFile: options.TokenPath is null);
        await using WebApplication app = Build(options, token, places);
        try
        {
            await app.StartAsync(CancellationToken.None);
        }
        catch (IOException exception)
        {
            throw new DashboardException($"Port {options.Port} of {options.Address} cannot be listened on: {exception.GetBaseException().Message} --port names another.");
        }

        await output.WriteLineAsync($"The dashboard is at {AddressOf(app, options)}?{Gate.TokenName}={Uri.EscapeDataString(token.Text)}");
        await output.FlushAsync(CancellationToken.None);
        using CancellationTokenRegistration ending = end.Register(app.Lifetime.StopApplication);
        await app.WaitForShutdownAsync(CancellationToken.None);
    }

    private static WebApplication Build(DashboardOptions options, AccessToken token, DashboardFiles places)
    {
        // No arguments, and no settings files that happen to be in the current folder.
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = [], ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.Sources.Clear();
        builder.Logging.ClearProviders().AddSimpleConsole(static console => console.SingleLine = true).SetMinimumLevel(LogLevel.Warning);
        builder.Services.Configure<ConsoleLoggerOptions>(static console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        var certificate = BindRules.CertificateOf(options);
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 1024 * 1024;
            kestrel.Listen(options.Address, options.Port, listen =>
            {
                // Browsers use HTTP/2 only with TLS.
                listen.Protocols = certificate is null ? HttpProtocols.Http1 : HttpProtocols.Http1AndHttp2;
                if (certificate is not null)
                {
                    listen.UseHttps(certificate);
                }
            });
        });
        builder.Services.Configure<HostOptions>(static host => host.ShutdownTimeout = TimeSpan.FromSeconds(3));
        builder.Services.AddRazorComponents();

        // The gate signs everything itself, so no keys need to be written to the user's folder.
        builder.Services.AddDataProtection().UseEphemeralDataProtectionProvider();
        builder.Services.AddHttpContextAccessor();
        builder.Services
            .AddSingleton(options)
            .AddSingleton(places)
            .AddSingleton(TimeProvider.System)
            .AddSingleton(token)
            .AddSingleton<Gate>()
            .AddSingleton(Histories.At(options.HistoryPath))
            .AddSingleton<HistoryReader>()
            .AddSingleton<MachineReader>()
            .AddSingleton(static services =>
            {
                HistoryReader reader = services.GetRequiredService<HistoryReader>();
                return new PoolReader(reader, () => HistoryBackends.Of(reader.History.Address).LeasesAt(reader.History.Address));
            })
            .AddSingleton(static services =>
            {
                HistoryAddress address = services.GetRequiredService<HistoryReader>().History.Address;
                return new Carrier(services.GetRequiredService<PoolReader>(), () => WorkQueues.Of(address).Open(address));
            })
            .AddSingleton<ChangeFeed>()
            .AddSingleton(services => new ActionLog(places.Actions, services.GetRequiredService<TimeProvider>()))
            .AddSingleton<DetachedJobs>()
            .AddSingleton<RunActions>()
            .AddSingleton<ScheduleActions>()
            .AddSingleton<WorkerActions>();
        WebApplication app = builder.Build();
        app.Lifetime.ApplicationStopping.Register(app.Services.GetRequiredService<ChangeFeed>().End);
        Gate gate = app.Services.GetRequiredService<Gate>();
        app.Use((context, next) => gate.Handle(context, next));
        app.Use(async (context, next) =>
        {
            await next(context);
            if (HttpMethods.IsPost(context.Request.Method))
            {
                // The next page must show the outcome.
                app.Services.GetRequiredService<HistoryReader>().Forget();
            }
        });
        app.UseStatusCodePages(Endpoints.ShowStatus);
        app.Use(Endpoints.CatchFaults);
        Endpoints.Map(app);
        return app;
    }

    private static string AddressOf(WebApplication app, DashboardOptions options)
    {
        string bound = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        var uri = new Uri(bound.Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal));
        string host = options.Address.Equals(IPAddress.Any) || options.Address.Equals(IPAddress.IPv6Any) ? Dns.GetHostName() : uri.Host;
        return $"{uri.Scheme}://{host}:{uri.Port}/";
    }
}
