using FlowModule.Dashboard.Acting;
using FlowModule.Dashboard.Reading;
using FlowModule.Dashboard.Security;
using FlowModule.Engine.Pool;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace FlowModule.Dashboard.Pages;

/// <summary>The own pages of what carries requests to workers. The gate is before them, as before all pages.</summary>
internal static class CarrierEndpoints
{
    // They have fonts, and their charts write styles into the page. Scripts are files of theirs only, as everywhere.
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

    internal static void Map(IEndpointRouteBuilder app) => app.MapMethods(Links.Carrier + "/{**path}", [HttpMethods.Get, HttpMethods.Post], Answer).DisableAntiforgery();

    private static async Task<IResult> Answer(HttpContext context, Carrier carrier, Gate gate, DashboardOptions options, ActionLog log)
    {
        if (carrier.Pages is not { } pages)
        {
            return Endpoints.NotFound("There is no such page.");
        }

        Visitor visitor = Gate.VisitorOf(context);
        var exchange = new CarrierExchange(context, options.IsReadOnly, gate.FormTokenOf(visitor));
        context.Response.Headers.ContentSecurityPolicy = Policy;
        WorkQueueAnswer answer = await pages.Answer(exchange);
        if (answer == WorkQueueAnswer.Changed)
        {
            log.Add(visitor.ToString(), "Hangfire", run: null, exchange.Path, $"Answered with {context.Response.StatusCode}.");
        }

        return answer == WorkQueueAnswer.None ? Endpoints.NotFound("There is no such page.") : Results.Empty;
    }
}
