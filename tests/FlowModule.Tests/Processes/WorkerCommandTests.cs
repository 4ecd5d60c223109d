using System.Diagnostics;
using FlowModule.Processes;

namespace FlowModule.Tests.Processes;

/// <summary>Which program is started for a subflow, and how.</summary>
public sealed class WorkerCommandTests : ProcessTest
{
    private static ProcessStartInfo StartInfoFor(string program) => With(program, command => command.StartInfo(WorkerCommand.Worker, "the'pipe"));

    private static T With<T>(string program, Func<WorkerCommand, T> use)
    {
        Environment.SetEnvironmentVariable(WorkerCommand.Variable, program);
        try
        {
            return use(WorkerCommand.Find());
        }
        finally
        {
            Environment.SetEnvironmentVariable(WorkerCommand.Variable, FlowHost);
        }
    }

    [Fact]
    public void The_script_host() => Assert.Equal(("/opt/flow", "worker the'pipe"), Words(StartInfoFor("/opt/flow")));

    [Fact]
    public void The_script_host_as_an_assembly()
    {
        ProcessStartInfo start = StartInfoFor("/opt/flow.dll");

        Assert.Equal("dotnet", Path.GetFileNameWithoutExtension(start.FileName));
        Assert.Equal("/opt/flow.dll worker the'pipe", string.Join(' ', start.ArgumentList));
    }

    [Fact]
    public void PowerShell_imports_the_module_from_where_this_one_is()
    {
        (string program, string arguments) = Words(StartInfoFor("/opt/pwsh"));

        Assert.Equal("/opt/pwsh", program);
        Assert.StartsWith("-NoLogo -NoProfile -NonInteractive -Command Import-Module -Name '", arguments, StringComparison.Ordinal);
        Assert.EndsWith("[FlowModule.FlowWorkerProcess]::Serve('the''pipe', [runspace]::DefaultRunspace.InitialSessionState)", arguments, StringComparison.Ordinal);
    }

    [Fact]
    public void Schedulers_start_a_program_that_is_told_a_name_and_a_history()
    {
        Assert.Equal(["scheduled", "my job", "--history-path", "/h/it's.db"], With("/opt/flow", command => command.Scheduled("my job", "/h/it's.db").Arguments));
        Assert.EndsWith(
            "exit (Invoke-FlowSchedule -Name 'my job' -Due -HistoryPath '/h/it''s.db')[-1].ExitCode } catch { [Console]::Error.WriteLine($_); exit 2 }",
            With("/opt/pwsh", command => command.Scheduled("my job", "/h/it's.db").Arguments)[^1],
            StringComparison.Ordinal);
    }

    private static (string Program, string Arguments) Words(ProcessStartInfo start) => (start.FileName, string.Join(' ', start.ArgumentList));
}
