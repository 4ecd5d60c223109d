using FlowModule.Engine.Schedules;
using FlowModule.Loading;

namespace FlowModule.Scheduling.Registrations;

/// <summary>What reads cron expressions in this process. Loaded when the first is read.</summary>
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
