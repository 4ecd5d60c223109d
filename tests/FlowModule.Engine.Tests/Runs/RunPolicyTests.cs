using FlowModule.Engine.Runs;

namespace FlowModule.Engine.Tests.Runs;

/// <summary>Who may execute the runs of a policy.</summary>
public sealed class RunPolicyTests
{
    [Theory]
    [InlineData(FlowIsolation.Runspace, null, false)]
    [InlineData(FlowIsolation.NewRunspace, null, true)]
    [InlineData(FlowIsolation.Process, null, true)]
    [InlineData(FlowIsolation.Runspace, "elsewhere", true)]
    public void Runs_are_isolated_if_their_workers_are_of_another_kind_than_runspaces(FlowIsolation isolation, string? kind, bool expected)
    {
        RunPolicy policy = kind is null ? new() { Isolation = isolation } : new() { Isolation = isolation, WorkerKind = kind };

        Assert.Equal(expected, policy.IsIsolated);
    }
}
