using System.Management.Automation;
using FlowModule.Engine.History;
using FlowModule.Engine.Storage.Rows;
using FlowModule.History;
using FlowModule.Tests.Support;

namespace FlowModule.Tests.History;

/// <summary>Where runs are recorded, by the parameters of the cmdlets and the environment.</summary>
[Collection("Alone")]
public sealed class ChoiceTests : HistoryTest
{
    public static TheoryData<string> Calls() => new(
        "Invoke-Flow (New-Flow chosen { $global:ran = 1 })", "Start-Subflow (New-Flow chosen { $global:ran = 1 })", "Invoke-FlowTask chosen { $global:ran = 1 }",
        "Start-FlowTask chosen { $null = 1 } | Wait-FlowTask", "Invoke-Flow (New-Flow chosen { $null = 1 }) -AsJob | Wait-Job");

    private static string With(string call, string parameters) => call.Contains(" | ", StringComparison.Ordinal)
        ? call.Replace(" | ", $" {parameters} | ", StringComparison.Ordinal)
        : $"{call} {parameters}";

    [Theory]
    [MemberData(nameof(Calls))]
    public void A_path_is_as_the_session_has_it_and_a_folder_stands_for_the_file_in_it(string call)
    {
        Directory.CreateDirectory(Path.Combine(Folder.FullPath, "sub"));
        Run($"Set-Location '{Folder.FullPath}'; $null = {With(call, "-HistoryPath own.db")}; $null = {With(call, "-HistoryPath sub")}").Clean();

        Assert.Equal(StateType.Completed, RunOf("chosen").State.Type);
        Assert.Single(Histories.At(Path.Combine(Folder.FullPath, "sub", "history.db")).Find(new RunQuery()));
    }

    [Theory]
    [MemberData(nameof(Calls))]
    public void Without_history_nothing_is_recorded(string call)
    {
        int before = Histories.Default!.Find(new RunQuery { FlowNames = ["chosen"] }).Count;

        Run($"$null = {With(call, "-NoHistory")}").Clean();

        Assert.Equal(before, Histories.Default!.Find(new RunQuery { FlowNames = ["chosen"] }).Count);
    }

    [Theory]
    [MemberData(nameof(Calls))]
    public void What_is_required_and_cannot_be_is_an_error_before_anything_runs(string call)
    {
        File.WriteAllText(Path.Combine(Folder.FullPath, "file"), "no folder");

        ScriptResult result = Run($"$null = try {{ {With(call, $"-RequireHistory -HistoryPath '{Path.Combine(Folder.FullPath, "file", "x.db")}'")} }} catch {{ Write-Error $_ }}");

        Assert.StartsWith("FlowHistoryUnavailable", result.OnlyError.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Null(Session.Get("ran"));
    }

    [Theory]
    [MemberData(nameof(Calls))]
    public void What_is_said_must_make_sense(string call)
    {
        foreach ((string parameters, string error) in new[]
        {
            ("-NoHistory -RequireHistory", "FlowHistoryContradiction"),
            ("-NoHistory -HistoryPath $h", "FlowHistoryContradiction"),
            ("-HistoryPath Env:\\x", "FlowHistoryPathInvalid"),
            ("-HistoryPath nodrive:\\x", "FlowHistoryPathInvalid"),
            ("-HistoryPath 'postgres://me:secret@db1/flows'", "FlowHistoryPassword"),
        })
        {
            ScriptResult result = Run($"$null = {With(call, parameters)}");

            Assert.StartsWith(error, result.OnlyError.FullyQualifiedErrorId, StringComparison.Ordinal);
            Assert.Null(Session.Get("ran"));
        }
    }

    [Theory]
    [InlineData("Start-Subflow { } -HistoryPath other.db", "FlowHistoryInsideRun")]
    [InlineData("Start-Subflow { } -NoHistory", "FlowHistoryInsideRun")]
    [InlineData("Invoke-FlowTask { } -NoHistory", "FlowHistoryInsideRun")]
    [InlineData("Start-Subflow { } -HistoryPath $h -RequireHistory", null)]
    public void Inside_of_a_run_its_history_is_the_only_one(string call, string? error)
    {
        ScriptResult result = Run($"Invoke-Flow (New-Flow outer {{ {call} }}) -HistoryPath $h");

        Assert.Equal(error, result.State.Error is ErrorRecord { FullyQualifiedErrorId: var id } ? id.Split(',')[0] : null);
        Assert.Equal(error is null ? 2 : 1, History.Find(new RunQuery()).Count);
    }

    [Fact]
    public void Without_history_a_run_inside_cannot_have_one() =>
        Assert.StartsWith("FlowHistoryUnavailable", ((ErrorRecord)Run("Invoke-Flow { Start-Subflow { } -RequireHistory } -NoHistory").State.Error!).FullyQualifiedErrorId, StringComparison.Ordinal);

    [Fact]
    public void A_history_that_is_lost_while_a_run_that_needs_it_runs_is_an_error()
    {
        ScriptResult result = Run("""
            Invoke-Flow (New-Flow loser { $lose.Invoke() }) -HistoryPath $h -RequireHistory -WarningAction Ignore
            """.Insert(0, "$null = 1; "), "lose", (Action)(() =>
        {
            // From now on nothing can be written.
            History.Dispose();
        }));

        Assert.Equal(StateType.Completed, result.State.Type);
        Assert.StartsWith("FlowHistoryLost", result.OnlyError.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sometimes", "", "FlowHistoryInvalid")]
    [InlineData("sometimes", "-NoHistory", "FlowHistoryInvalid")]
    [InlineData("required", "-NoHistory", "FlowHistoryUnavailable")]
    [InlineData("off", "-RequireHistory", "FlowHistoryUnavailable")]
    [InlineData("off", "-RequireHistory -HistoryPath $h", null)]
    [InlineData("OFF", "", null)]
    [InlineData("On", "-HistoryPath $h", null)]
    public void The_environment_says_what_is_usual(string mode, string parameters, string? error)
    {
        Environment.SetEnvironmentVariable(Histories.ModeVariable, mode);
        try
        {
            ScriptResult result = Run($"1..3 | Start-Subflow (New-Flow chosen {{ $global:ran = 1 }}) {parameters}");

            Assert.Equal(error, result.Errors.Concat(result.Thrown is null ? [] : [result.Thrown.ErrorRecord]).SingleOrDefault()?.FullyQualifiedErrorId.Split(',')[0]);
            Assert.Equal(error is null ? 1 : null, Session.Get("ran"));
            Assert.Equal(error is null && parameters.Contains("$h", StringComparison.Ordinal), File.Exists(HistoryFile));
        }
        finally
        {
            Environment.SetEnvironmentVariable(Histories.ModeVariable, value: null);
        }
    }

    [Fact]
    public void Parameters_of_a_flow_that_look_like_these_are_not_taken_silently() =>
        Assert.StartsWith("FlowParameterAmbiguous", Run("New-Flow f { param($History) $History } | ForEach-Object { Invoke-Flow $_ -History x }").OnlyError.FullyQualifiedErrorId, StringComparison.Ordinal);

    private ScriptResult Run(string script, string name, object value)
    {
        Session.Set(name, value);
        return Run(script);
    }
}
