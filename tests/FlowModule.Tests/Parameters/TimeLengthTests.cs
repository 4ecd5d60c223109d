using System.Management.Automation;
using System.Reflection;
using FlowModule.Commands;
using FlowModule.Engine.Runs;
using FlowModule.Tests.Support;

namespace FlowModule.Tests.Parameters;

/// <summary>Every duration parameter accepts the forms in which people write durations.</summary>
public sealed class TimeLengthTests : FlowTest
{
    public static IEnumerable<object[]> Parameters =>
        from type in typeof(PolicyCommand).Assembly.GetTypes()
        where type.IsSubclassOf(typeof(Cmdlet))
        from property in type.GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly)
        where property.GetCustomAttributes<ParameterAttribute>().Any()
        where property.Name.EndsWith("Seconds", StringComparison.Ordinal) || (Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType) == typeof(TimeSpan)
        select new object[] { type.Name, property.Name };

    [Theory]
    [MemberData(nameof(Parameters))]
    public void Each_such_parameter_takes_all_forms(string command, string parameter) =>
        Assert.NotNull(typeof(PolicyCommand).Assembly.GetType("FlowModule.Commands." + command)!.GetProperty(parameter)!.GetCustomAttribute<DurationAttribute>());

    [Theory]
    [InlineData("5m", 300)]
    [InlineData("'5m'", 300)]
    [InlineData("1h30m", 5400)]
    [InlineData("30s", 30)]
    [InlineData("1d", 86_400)]
    [InlineData("2w", 1_209_600)]
    [InlineData("1.5h", 5400)]
    [InlineData("00:02", 120)]
    [InlineData("90", 90)]
    [InlineData("'90'", 90)]
    [InlineData("0.25", 0.25)]
    [InlineData("0x10", 16)]
    [InlineData("1kb", 1024)]
    [InlineData("([timespan]::FromMinutes(2))", 120)]
    [InlineData("([long] 7)", 7)]
    public void Seconds_are_given_as(string text, double seconds)
    {
        RunPolicy policy = ((Flow)Value($"New-Flow f {{ 1 }} -TimeoutSeconds {text} -Retry 2 -RetryDelaySeconds {text} -RetryMaxDelaySeconds {text}")!).Policy;

        Assert.Equal(seconds, policy.TimeoutSeconds);
        Assert.Equal([seconds], policy.Retry.DelaySeconds);
        Assert.Equal(seconds, policy.Retry.MaxDelaySeconds);
    }

    [Fact]
    public void Several_are_given_in_any_of_the_forms() =>
        Assert.Equal([0.5, 90, 300, 120], ((Flow)Value("New-Flow f { 1 } -Retry 4 -RetryDelaySeconds 0.5, '90s', 5m, ([timespan] '00:02')")!).Policy.Retry.DelaySeconds);

    [Theory]
    [InlineData("New-Flow f { 1 } -TimeoutSeconds soon", "'soon' is not a duration")]
    [InlineData("New-Flow f { 1 } -TimeoutSeconds 5x", "'5x' is not a duration")]
    [InlineData("New-Flow f { 1 } -TimeoutSeconds ([datetime]::Now)", "is not a duration")]
    [InlineData("New-Flow f { 1 } -RetryDelaySeconds 1, soon", "'soon' is not a duration")]
    [InlineData("New-FlowSchedule -Every soon", "a TimeSpan, a number of seconds, or a text such as 90s")]
    [InlineData("New-Flow f { 1 } -TimeoutSeconds 0s", "less than the minimum")]
    [InlineData("New-Flow f { 1 } -TimeoutSeconds 9999w", "greater than the maximum")]
    [InlineData("New-Flow f { 1 } -TimeoutSeconds -5", "less than the minimum")]
    public void What_is_none_is_refused(string script, string said) =>
        Assert.Contains(said, Run(script).OnlyError.Exception.Message, StringComparison.Ordinal);
}
