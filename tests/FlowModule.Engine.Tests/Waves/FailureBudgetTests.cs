using FlowModule.Engine.Waves;

namespace FlowModule.Engine.Tests.Waves;

public class FailureBudgetTests
{
    [Theory]
    [InlineData(0, null, 0, 10, null)]
    [InlineData(0, null, 1, 10, "-MaxFailures 0")]
    [InlineData(2, null, 2, 10, null)]
    [InlineData(2, null, 3, 10, "-MaxFailures 2")]
    [InlineData(null, 10.0, 1, 10, null)]
    [InlineData(null, 10.0, 2, 10, "-MaxFailurePercent 10")]
    [InlineData(null, 2.5, 3, 100, "-MaxFailurePercent 2.5")]
    [InlineData(null, 33.3, 333, 1000, null)]
    [InlineData(null, 33.3, 334, 1000, "-MaxFailurePercent 33.3")]
    [InlineData(null, 0.0, 0, 10, null)]
    [InlineData(null, 0.0, 1, 10, "-MaxFailurePercent 0")]
    [InlineData(null, 100.0, 10, 10, null)]
    [InlineData(null, 1e300, 10, 10, null)]
    [InlineData(null, 99.0, 2_000_000_000, 2_000_000_001, "-MaxFailurePercent 99")]
    [InlineData(5, 10.0, 2, 10, "-MaxFailurePercent 10")]
    [InlineData(1, 50.0, 2, 10, "-MaxFailures 1")]
    [InlineData(null, null, 10, 10, null)]
    public void It_is_exceeded_by_more_than_it_says(int? maxFailures, double? maxPercent, int failures, int total, string? exceeded)
    {
        var budget = new FailureBudget(maxFailures, maxPercent);

        Assert.Equal(exceeded, budget.Exceeded(failures, total));
        Assert.Equal(exceeded is not null, budget.IsExceeded(failures, total));
        Assert.Equal(maxFailures is not null || maxPercent is not null, budget.IsGiven);
    }
}
