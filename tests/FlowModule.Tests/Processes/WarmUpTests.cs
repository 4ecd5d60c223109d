using System.Management.Automation;
using FlowModule.Closures;
using FlowModule.Flows;
using FlowModule.Processes.Child;
using FlowModule.Serialization;
using FlowModule.Sessions;
using FlowModule.Wire;

namespace FlowModule.Tests.Processes;

/// <summary>What runs in a worker process beside the runs of its caller.</summary>
public sealed class WarmUpTests
{
    [Fact]
    public void A_run_that_only_warms_the_process_up_leaves_its_state_to_the_run_that_may_have_begun_meanwhile()
    {
        string variable = $"FLOW_TEST_{Guid.NewGuid():N}";
        using var cliXml = new CliXml();
        var flow = new Flow("warm", ScriptBlock.Create("$_"));
        var run = new FlowRun(flow, parent: null, TimeProvider.System, flow.Name, parameters: null) { HostData = new SubflowWork(flow, new Closure()) };
        var runs = new ChildRuns(new FrameChannel(Stream.Null), mark: null, cliXml, process: null);
        runs.Add(run, slots: null);
        Environment.SetEnvironmentVariable(variable, "of the caller's run");
        try
        {
            Assert.True(runs.Begin(run, host: null));
            Assert.Equal("of the caller's run", Environment.GetEnvironmentVariable(variable));
        }
        finally
        {
            Environment.SetEnvironmentVariable(variable, null);
        }
    }
}
