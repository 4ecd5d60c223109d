using System.Globalization;
using System.Runtime.InteropServices;
using FlowModule.FlowHost.Tests.Support;
using FlowModule.Storage.Tests.PostgreSql;
using FlowModule.Storage.Tests.Support;

namespace FlowModule.FlowHost.Tests;

/// <summary>Schedulers of two machines that share a history on a PostgreSQL server. Each machine has its own copy of the scripts, and its own FLOW_HOME.</summary>
public sealed class ServerScheduleTests : IDisposable
{
    // As the history stores these types of states.
    private const int Failed = 6;
    private const int Crashed = 7;

    // The first run stays until its machine is lost.
    private const string Long =
        """
        #FlowSchedule -Every 00:00:02 -MultipleInstances IgnoreNew
        New-Flow long {
            $machine = [IO.Path]::GetDirectoryName($PSScriptRoot)
            $all = [IO.Path]::GetDirectoryName($machine)
            if ([IO.File]::Exists("$all/first")) { [IO.File]::WriteAllText("$machine/second", ''); return }
            [IO.File]::WriteAllText("$machine/pid", $PID)
            [IO.File]::WriteAllText("$all/first", '')
            while ($true) { Start-Sleep -Milliseconds 50 }
        } | Invoke-Flow
        """;

    // It fails if it runs twice for one occurrence.
    private const string Each =
        """
        #FlowSchedule -Every 00:00:02 -MultipleInstances Parallel
        New-Flow each {
            $all = [IO.Path]::GetDirectoryName([IO.Path]::GetDirectoryName($PSScriptRoot))
            [IO.File]::Open("$all/ran-$($FlowRun.ScheduledTime.UtcTicks)", 'CreateNew').Dispose()
        } | Invoke-Flow
        """;

    private readonly ScriptFolder _folder = new();
    private readonly string _address = PostgreSqlServer.WhyNot is null ? PostgreSqlServer.Instance.NewAddress() : string.Empty;

    private string Schema => _address.Split("schema=")[1];

    public void Dispose() => _folder.Dispose();

    [PostgreSqlFact]
    public void Each_occurrence_runs_on_one_machine_and_when_that_is_lost_the_other_takes_over()
    {
        using FlowProcess one = Serve("one"), two = Serve("two");
        _folder.WaitFor("first");
        string holder = File.Exists(_folder.PathOf("one/pid")) ? "one" : "two", other = holder == "one" ? "two" : "one";
        WaitForRows("name = 'long' AND state = 'Skipped'");
        WaitForRows("name = 'each' AND state IS NULL AND over = 1");
        Assert.False(File.Exists(_folder.PathOf($"{other}/second")));

        // To each other they are of other machines: what the operating system knows of them counts no more.
        PostgreSqlServer.Instance.Run($"UPDATE {Schema}.process SET machine = 'other', space = 'other'");
        (holder == "one" ? one : two).Kill();

        _folder.WaitFor($"{other}/second");
        FlowProcess left = holder == "one" ? two : one;
        left.Send(PosixSignal.SIGTERM);
        FlowResult result = left.WaitForExit();
        Assert.Equal((0, string.Empty), (result.ExitCode, result.Error));
        Assert.Equal("1", Count($"name = 'long' AND type = {Crashed}"));
        Assert.Equal("0", Count($"type = {Failed}"));
        FlowProcess.WaitForDeath(int.Parse(_folder.Read($"{holder}/pid"), CultureInfo.InvariantCulture));
    }

    private FlowProcess Serve(string machine)
    {
        Directory.CreateDirectory(_folder.PathOf($"{machine}/flows"));
        _folder.Add(Long, $"{machine}/flows/long.ps1");
        _folder.Add(Each, $"{machine}/flows/each.ps1");
        var environment = new Dictionary<string, string?>(StringComparer.Ordinal) { ["FLOW_HOME"] = _folder.PathOf($"{machine}/home"), ["FLOW_HISTORY"] = "required" };
        return FlowProcess.Start(environment, "serve", _folder.PathOf($"{machine}/flows"), "-HistoryPath", _address);
    }

    /// <summary>Has the server wait for an occurrence.</summary>
    private void WaitForRows(string which) => PostgreSqlServer.Instance.Run(
        $"SET statement_timeout TO '10min'; DO $$ BEGIN WHILE NOT EXISTS(SELECT 1 FROM {Schema}.tick WHERE {which}) LOOP PERFORM pg_sleep(0.1); END LOOP; END $$");

    private string Count(string which) => PostgreSqlServer.Instance.Run($"SELECT count(*) FROM {Schema}.tick WHERE {which}");
}
