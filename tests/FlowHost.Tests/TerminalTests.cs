using FlowModule.FlowHost.Tests.Support;

namespace FlowModule.FlowHost.Tests;

/// <summary>flow at a terminal with a user.</summary>
public sealed class TerminalTests : IDisposable
{
    private const string CtrlC = "\u0003";
    private const char Escape = '\u001b';

    private readonly ScriptFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [TerminalFact]
    public void Questions_are_asked_and_answered()
    {
        string path = _folder.Add("""
            "name: $(Read-Host 'Name')"
            "choice: $($Host.UI.PromptForChoice('Really', 'Do it?', @('&Yes', '&No'), 0))"
            $secret = Read-Host 'Password' -AsSecureString
            "length: $($secret.Length)"
            """);
        using FlowProcess flow = FlowProcess.StartScriptAtTerminal(path);
        flow.Type("Ann\r");
        flow.WaitForText("name: Ann");
        flow.Type("n\r");
        flow.WaitForText("choice: 1");
        flow.Type("pass\r");
        flow.WaitForText("length: 4");

        Assert.Equal(0, flow.WaitForExit().ExitCode);
    }

    [TerminalFact]
    public void Runs_are_watched_as_a_tree_with_keys()
    {
        string path = _folder.Add("""
            $job = New-Flow slow { while (-not (Test-Path "$PSScriptRoot/go")) { Start-Sleep -Milliseconds 20 } } -RunName slow-1 | Invoke-Flow -AsJob
            while (-not (Get-FlowRun slow-1 -ErrorAction SilentlyContinue)) { Start-Sleep -Milliseconds 20 }
            $run = Watch-FlowRun slow-1
            "left: $($run.State)"
            Set-Content "$PSScriptRoot/go" 1
            $run = Watch-FlowRun slow-1
            "ended: $($run.State)"
            """);
        using FlowProcess flow = FlowProcess.StartScriptAtTerminal(
            path, new Dictionary<string, string?>(StringComparer.Ordinal) { ["TERM"] = "xterm-256color", ["FLOW_HOME"] = _folder.PathOf("home") });

        // The terminal keeps the key until it is read.
        flow.Type("q");
        flow.WaitForText("left: Running");
        flow.WaitForText("ended: Completed");

        string shown = flow.WaitForExit().Output;
        Assert.Contains("slow 'slow-1'", shown, StringComparison.Ordinal);
        Assert.Equal(2, shown.Split("\u001b[?1049h").Length - 1);
        Assert.Equal(2, shown.Split("\u001b[?1049l").Length - 1);
    }

    [TerminalFact]
    public void A_missing_mandatory_parameter_is_asked_for()
    {
        string path = _folder.Add("param([Parameter(Mandatory)] $Who) \"hello $Who\"");
        using FlowProcess flow = FlowProcess.StartScriptAtTerminal(path);
        flow.Type("Bob\r");
        flow.WaitForText("hello Bob");

        Assert.Equal(0, flow.WaitForExit().ExitCode);
    }

    [TerminalFact]
    public void Ctrl_C_stops_the_script_once_its_finally_blocks_have_run()
    {
        string path = _folder.Add("try { 'ready'; Start-Sleep 3600; 'not reached' } finally { [Console]::Out.WriteLine('in finally') }");
        using FlowProcess flow = FlowProcess.StartScriptAtTerminal(path);
        flow.WaitForText("ready");
        flow.Type(CtrlC);

        FlowResult result = flow.WaitForExit();
        Assert.Equal(130, result.ExitCode);
        Assert.Contains("in finally", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("not reached", result.Output, StringComparison.Ordinal);
    }

    [TerminalTheory]
    [InlineData("Read-Host 'Name'")]
    [InlineData("$Host.UI.RawUI.ReadKey('NoEcho,IncludeKeyDown').Character")]
    [InlineData("$Host.UI.PromptForChoice('Really', 'Do it?', @('&Yes', '&No'), 0)")]
    public void Ctrl_C_at_a_question_is_no_empty_answer(string question)
    {
        string path = _folder.Add($$"""
            try { 'ready'; $answer = {{question}}; "went on with '$answer'" } finally { [Console]::Out.WriteLine('in finally') }
            """);
        using FlowProcess flow = FlowProcess.StartScriptAtTerminal(path);
        flow.WaitForText("ready");
        flow.Type(CtrlC);

        FlowResult result = flow.WaitForExit();
        Assert.Equal(130, result.ExitCode);
        Assert.Contains("in finally", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("went on", result.Output, StringComparison.Ordinal);
    }

    [TerminalFact]
    public void A_second_Ctrl_C_ends_the_process_at_once()
    {
        string path = _folder.Add("""
            try { 'ready'; Start-Sleep 3600 } finally { [Console]::Out.WriteLine('in finally'); [Threading.Thread]::Sleep(-1) }
            """);
        using FlowProcess flow = FlowProcess.StartScriptAtTerminal(path);
        flow.WaitForText("ready");
        flow.Type(CtrlC);
        flow.WaitForText("in finally");
        flow.Type(CtrlC);

        Assert.Equal(130, flow.WaitForExit().ExitCode);
    }

    [TerminalFact]
    public void Streams_have_colours()
    {
        using FlowProcess flow = FlowProcess.StartScriptAtTerminal(_folder.Add("Write-Warning 'careful'"), Environment(("TERM", "xterm"), ("NO_COLOR", null)));

        Assert.Contains($"{Escape}[33;1mWARNING: careful", flow.WaitForExit().Output, StringComparison.Ordinal);
    }

    [TerminalFact]
    public void NO_COLOR_is_heeded()
    {
        using FlowProcess flow = FlowProcess.StartScriptAtTerminal(_folder.Add("Write-Warning 'careful'"), Environment(("TERM", "xterm"), ("NO_COLOR", "1")));

        string output = flow.WaitForExit().Output;
        Assert.Contains("WARNING: careful", output, StringComparison.Ordinal);
        Assert.DoesNotContain($"{Escape}[33;1m", output, StringComparison.Ordinal);
    }

    private static Dictionary<string, string?> Environment(params (string Name, string? Value)[] variables) =>
        variables.ToDictionary(variable => variable.Name, variable => variable.Value, StringComparer.Ordinal);
}
