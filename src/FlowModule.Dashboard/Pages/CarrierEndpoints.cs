using FlowModule.Dashboard.Acting;
using FlowModule.Dashboard.Reading;
using FlowModule.Dashboard.Security;
using FlowModule.Engine.Pool;
using FlowModule.Engine.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace FlowModule.Dashboard.Pages;

/// <summary>The own pages of what carries requests to workers. The gate is before them, as before all pages.</summary>
internal static class CarrierEndpoints
{
    // They have fonts, and their charts write styles into the page. Scripts are files of theirs only, as everywhere.
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

    private static readonly Action<ILogger, string, Exception?> Failed = LoggerMessage.Define<string>(LogLevel.Error, default, "Hangfire's page {Path} has failed.");

    internal static void Map(IEndpointRouteBuilder app) => app.MapMethods(Links.Carrier + "/{**path}", [HttpMethods.Get, HttpMethods.Post], Answer).DisableAntiforgery();

    private static async Task<IResult> Answer(HttpContext context, Carrier carrier, Gate gate, DashboardOptions options, ActionLog log, ILogger<Carrier> diary)
    {
        if (carrier.Pages is not { } pages)
        {
            return Endpoints.NotFound("There is no such page.");
        }

        Visitor visitor = Gate.VisitorOf(context);
        var exchange = new CarrierExchange(context, options.IsReadOnly, gate.FormTokenOf(visitor));
        bool changes = pages.Changes(exchange);
        if (changes && options.IsReadOnly)
        {
            return Results.Text(Gate.ReadOnly, statusCode: StatusCodes.Status403Forbidden);
        }

        context.Response.Headers.ContentSecurityPolicy = Policy;
        try
        {
            if (!await pages.Answer(exchange))
            {
                return Endpoints.NotFound("There is no such page.");
            }
        }
        catch (Exception exception)
        {
            // It may have changed something before. What the carrier throws by itself says nothing about the history.
            string reason = exception.GetBaseException().Message;
            Record($"Failed: {reason}");
            if (exception is HistoryException or OperationCanceledException or BadHttpRequestException || context.Response.HasStarted)
            {
                throw;
            }

            Failed(diary, exchange.Path, exception);
            return new RazorComponentResult(typeof(MessagePage), new { Title = "Hangfire has failed", Text = reason, Back = Links.Carrier }) { StatusCode = StatusCodes.Status500InternalServerError };
        }

        Record($"Answered with {context.Response.StatusCode}.");
        return Results.Empty;

        void Record(string outcome)
        {
            if (changes)
            {
                log.Add(visitor.ToString(), "Hangfire", run: null, exchange.Path, outcome);
            }
        }
    }
}
