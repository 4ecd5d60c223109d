using System.Text.RegularExpressions;
using FlowModule.FlowHost.Tests.Support;
using Microsoft.Data.Sqlite;

namespace FlowModule.FlowHost.Tests;

/// <summary>Runs whose process was killed continue in another process.</summary>
public sealed class ResumeTests : IDisposable
{
    private readonly ScriptFolder _folder = new();

    private string Effects => _folder.PathOf("effects.txt");

    public void Dispose() => _folder.Dispose();

    [UnixFact]
    public void A_parent_that_is_killed_amid_200_subflows_completes_in_a_new_process_and_none_that_had_completed_runs_twice()
    {
        const int count = 200;

        // From the 121st on, they wait for a file, half of them after their effect: they are running when the process is killed.
        const string body = """
            if ($_ % 2) { Add-Effect $effects "subflow $_" }
            while ($_ -gt 120 -and -not [IO.File]::Exists("$effects.go")) { Start-Sleep -Milliseconds 10 }
            if ($_ % 2 -eq 0) { Add-Effect $effects "subflow $_" }
            $_
            """;
        string script = _folder.Add(Script("parent", count, body), "parent.ps1");
        using (FlowProcess flow = FlowProcess.StartScript(script, Environment))
        {
            flow.WaitForLines("100 are through");
            flow.Kill();
        }

        HashSet<string> completed = Completed("parent");
        Assert.InRange(completed.Count, 100, 123);
        File.WriteAllText(Effects + ".go", string.Empty);
        ResumeAndCheck("parent", count, completed);
    }

    [UnixFact]
    public void At_whatever_moment_a_parent_is_killed_it_completes_and_no_subflow_or_task_that_had_completed_runs_twice()
    {
        const int count = 12;
        const string body = """
            $i = $_
            1..2 | Invoke-FlowTask "task $i" { Add-Effect $effects "task $i $_"; [pscustomobject]@{ Number = $_ } } | Invoke-FlowTask "again $i" { Add-Effect $effects "again $i $($_.Number)" }
            Add-Effect $effects "subflow $i"
            """;
        var random = new Random(20260720);
        int killed = 0;
        for (int round = 0; killed < 10 && round < 100; round++)
        {
            string run = $"parent-{round}";
            File.Delete(Effects);
            string script = _folder.Add(Script(run, count, body), "parent.ps1");
            using (FlowProcess flow = FlowProcess.StartScript(script, Environment))
            {
                // A moment is a number of log lines about runs, so the moments cover all phases, however fast the machine is.
                if (!flow.TryWaitForCount(random.Next(1, 110)))
                {
                    continue;
                }

                flow.Kill();
            }

            // A process killed in its first milliseconds may not be in the history: then nothing is lost, and there is nothing to resume.
            HashSet<string> completed = Completed(run);
            if (IsKnown(run) && completed.Count(name => name.StartsWith("subflow", StringComparison.Ordinal)) < count)
            {
                killed++;
                ResumeAndCheck(run, count, completed);
            }
        }

        Assert.Equal(10, killed);
    }

    private Dictionary<string, string?> Environment => new(StringComparer.Ordinal) { ["FLOW_HOME"] = _folder.PathOf("home") };

    /// <summary>A flow whose subflows, and the tasks in them, each append a line to a file.</summary>
    private static string Script(string run, int count, string body) => $$"""
        function Add-Effect($path, $text) {
            $bytes = [Text.Encoding]::UTF8.GetBytes("$text`n")
            while ($true) {
                # One at a time; a process that dies lets go of the file.
                try { $file = [IO.FileStream]::new($path, 'Append', 'Write', 'None', 1); break } catch [IO.IOException] { }
            }

            try { $file.Write($bytes, 0, $bytes.Length) } finally { $file.Dispose() }
        }

        New-Flow parent -RunName {{run}} {
            param([int] $count, [string] $effects)
            $done = 0
            1..$count | Start-Subflow -Parallel -ThrottleLimit 4 -Flow { {{body}} } | ForEach-Object { $_; if ((++$done) -eq 100) { Write-Host '100 are through' } }
        } | Invoke-Flow -Parameters @{ count = {{count}}; effects = "$PSScriptRoot/effects.txt" } | Out-Null
        """;

    private bool IsKnown(string run) => Query("SELECT name, 0, '' FROM run WHERE name = $name", run).Count > 0;

    /// <summary>What has completed inside a run, in the form of the lines. Read directly from the history file.</summary>
    private HashSet<string> Completed(string run)
    {
        List<(string Flow, int Kind, string Input)> rows = Query(
            """
            SELECT flow.name, run.kind, value.text FROM run JOIN flow ON flow.id = run.flow JOIN value ON value.run = run.id AND value.kind = 2
            WHERE run.type = 5 AND run.parent IS NOT NULL AND run.root = (SELECT id FROM run WHERE name = $name)
            """,
            run);
        return [.. rows.Select(row =>
        {
            string input = Regex.Match(row.Input, @"(?<=>)\d+(?=<)", RegexOptions.None, Regex.InfiniteMatchTimeout).Value;
            return row.Kind == 2 ? $"{row.Flow} {input}" : $"subflow {input}";
        })];
    }

    private List<(string Flow, int Kind, string Input)> Query(string sql, string run)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(_folder.PathOf("home"), "history.db")};Pooling=false");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.Parameters.AddWithValue("$name", run);
        using SqliteDataReader reader = command.ExecuteReader();
        List<(string Flow, int Kind, string Input)> rows = [];
        while (reader.Read())
        {
            rows.Add((reader.GetString(0), reader.GetInt32(1), reader.GetString(2)));
        }

        return rows;
    }

    /// <summary>Resumes the run in a process without the script, and checks all effects.</summary>
    private void ResumeAndCheck(string run, int count, HashSet<string> completed)
    {
        FlowResult result = Run($"\"state: $((Resume-FlowRun -Name {run}).Name)\"");

        Assert.True(result.Lines.Contains("state: Completed"), result.Output + result.Error);
        Assert.Equal(0, result.ExitCode);
        ILookup<string, string> effects = File.ReadAllLines(Effects).ToLookup(line => line);
        Assert.All(Enumerable.Range(1, count), i => Assert.True(effects.Contains($"subflow {i}"), $"Subflow {i} never ran."));
        Assert.All(completed, name => Assert.Single(effects[name]));
        Assert.Equal(count, Completed(run).Count(name => name.StartsWith("subflow", StringComparison.Ordinal)));
    }

    private FlowResult Run(string script) => FlowProcess.Invoke(["run", _folder.Add(script, "look.ps1")], Environment);
}
