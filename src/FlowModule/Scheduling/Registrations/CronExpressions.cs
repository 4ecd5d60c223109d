using FlowModule.Engine.Loading;
using FlowModule.Engine.Schedules;

namespace FlowModule.Scheduling.Registrations;

/// <summary>The cron parser of this process, loaded on first use.</summary>
internal sealed class CronExpressions : ICronParser
{
    private static readonly Lazy<ICronParser> LazyParser = new(
        () => PrivateAssemblies.Method<Func<ICronParser>>("cronos", "FlowModule.Cronos.CronosParser", "Create")());

    private CronExpressions()
    {
    }

    internal static ICronParser Parser { get; } = new CronExpressions();

    /// <inheritdoc/>
    public ICronExpression[] Parse(string expression) => LazyParser.Value.Parse(expression);
}
