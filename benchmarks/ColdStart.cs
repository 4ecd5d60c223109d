using System.Globalization;

namespace FlowModule.Benchmarks;

/// <summary>
/// The start-up time of a scheduled script: cold processes of a real pwsh and of flow, in turns. In a folder with few files
/// in it and above it, because opening a runspace takes time in proportion to their number. With both forms of pwsh: the .NET tool, which
/// compiles PowerShell's methods each time it starts, and PowerShell's own packages, which contain their machine code.
/// </summary>
internal static class ColdStart
{
    private const string FirstCall =
        """
        $watch = [System.Diagnostics.Stopwatch]::StartNew()
        $bodies = CALL
        $end = $watch.Elapsed.TotalMilliseconds
        [string]::Format([cultureinfo]::InvariantCulture, '{0:R} {1:R}', [System.Linq.Enumerable]::Min([double[]] @($bodies)), $end)
        """;

    internal static void Measure(Table table, bool quick)
    {
        if (FindPwsh() is not { } pwsh)
        {
            table.Add("cold start", "not measured", "no pwsh: dotnet tool restore brings one, or $PWSH names it");
            return;
        }

        string folder = MakeFolder();
        try
        {
            string scripts = Directory.CreateDirectory(Path.Combine(folder, "scripts")).FullName;
            int runs = quick ? 1 : 15;
            var tool = new Cases(scripts, "pwsh", pwsh, Session.Setting("ModuleManifest"));
            Measure(table, tool, runs);
            if (CompiledPwsh.Make(pwsh, Path.Combine(folder, "pwsh")) is { } compiled)
            {
                Measure(table, tool with { Shell = "pwsh with machine code, as in PowerShell's own packages", PwshPath = compiled }, runs);
            }
            else
            {
                table.Add("cold start of pwsh with machine code", "not measured", "needs the .NET tool PowerShell, and a build of flow for this platform");
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Measure(Table table, Cases cases, int runs)
    {
        Whole(table, cases, runs);
        FirstParallel(table, cases, runs);
    }

    private static void Whole(Table table, Cases cases, int runs)
    {
        string import = $"Import-Module '{cases.Manifest}'";
        ColdCommand exit = cases.Pwsh("exit", "-Command", "exit");
        ColdCommand nothing = cases.Pwsh("an empty module", "-Command", $"Import-Module '{cases.Write("Empty.psd1", "@{ ModuleVersion = '1.0' }")}'; exit");
        ColdCommand module = cases.Pwsh("import", "-Command", $"{import}; exit");
        ColdCommand text = cases.Pwsh("a script with one string", "-File", cases.Write("string.ps1", "'hello'"));

        // What PowerShell itself does around a flow, without one: a module, two lines on the host, an object in a table.
        ColdCommand around = cases.Pwsh("the same without a flow", "-File", cases.Write(
            "around.ps1",
            $"Import-Module '{cases.Write("Around.psd1", "@{ ModuleVersion = '1.0' }")}'\n"
            + "Write-Host 'begins'\n[pscustomobject]@{ Flow = 'x'; State = 'Completed'; Duration = 1; Run = 'x'; Message = & { 'hello' } }\nWrite-Host 'ends'"));
        ColdCommand flow = cases.Pwsh("a script with one flow", "-File", cases.Write("flow.ps1", $"{import}\nInvoke-Flow {{ 'hello' }}"));
        ColdCommand hosted = new("flow run", "dotnet", [Session.Setting("FlowHost"), "run", cases.Write("hosted.ps1", "Invoke-Flow { 'hello' }")], cases.Folder);
        ColdCommand.RunInTurns([exit, nothing, module, text, around, flow, hosted], runs);

        string shell = cases.Shell;
        Add(table, $"{shell}: Import-Module of an empty manifest; exit", nothing, exit, asked: null);
        Add(table, $"{shell}: Import-Module FlowModule; exit", module, exit, 1.10);
        Add(table, $"{shell}: Import-Module FlowModule; exit", module, nothing, asked: null);
        Add(table, $"{shell}: a script with one flow", flow, text, 1.20);
        Add(table, $"{shell}: a script with one flow", flow, around, asked: null);
        Add(table, $"flow run, beside {shell}: a script with one flow", hosted, text, 1.00);
        double? peak = hosted.PeakMegabytes, beside = text.PeakMegabytes;
        if (peak is not null && beside is not null)
        {
            table.Add($"flow run, beside {shell}: peak memory", Numbers.Show(peak.Value, "MB"), $"one string {Numbers.Show(beside.Value, "MB")}", beside / peak, "<= 1.1x", peak <= 1.1 * beside);
        }
    }

    private static void Add(Table table, string what, ColdCommand ours, ColdCommand theirs, double? asked) => table.Add(
        what, ours.Show(), $"{theirs.Name} {theirs.Show()}", theirs.Wall / ours.Wall,
        asked is { } limit ? string.Create(CultureInfo.InvariantCulture, $"<= {limit:0.00}x") : "", asked is { } most ? ours.Wall <= most * theirs.Wall : null);

    /// <summary>The first call in a session with the module: until its first body, and until its end.</summary>
    private static void FirstParallel(Table table, Cases cases, int runs)
    {
        string import = $"Import-Module '{cases.Manifest}'\n";
        ColdCommand peer = cases.Pwsh("ForEach-Object -Parallel", "-File", cases.Write(
            "foreach.ps1", import + Call("1..4 | ForEach-Object -Parallel { ($using:watch).Elapsed.TotalMilliseconds } -ThrottleLimit 4")));
        ColdCommand ours = cases.Pwsh("Start-Subflow -Parallel", "-File", cases.Write(
            "subflow.ps1", import + Call("(1..4 | Start-Subflow { $watch.Elapsed.TotalMilliseconds } -Parallel -ThrottleLimit 4 -InformationAction Ignore).Result")));
        ColdCommand invoke = cases.Pwsh("Invoke-Flow", "-File", cases.Write(
            "invoke.ps1", import + Call("(Invoke-Flow { $watch.Elapsed.TotalMilliseconds } -InformationAction Ignore).Result")));
        ColdCommand.RunInTurns([peer, ours, invoke], runs);
        foreach ((int number, string what) in new[] { (0, "to the first body"), (1, "to the end") })
        {
            double theirs = peer.Said(number), own = ours.Said(number);
            table.Add($"{cases.Shell}: first Start-Subflow -Parallel of 4, {what}", Numbers.Show(own, "ms"), $"ForEach-Object -Parallel {Numbers.Show(theirs, "ms")}", theirs / own, "<= 1.0x", own <= theirs);
            table.Add($"{cases.Shell}: first Invoke-Flow, {what}", Numbers.Show(invoke.Said(number), "ms"));
        }
    }

    private static string Call(string call) => FirstCall.Replace("CALL", call, StringComparison.Ordinal);

    /// <summary>The pwsh of the repository's tool manifest, or the one in $PWSH.</summary>
    internal static string? FindPwsh() => new[] { Session.Setting("PwshDll"), Environment.GetEnvironmentVariable("PWSH") }.FirstOrDefault(File.Exists);

    private static string MakeFolder()
    {
        string name = $"flow-cold-{Environment.ProcessId}";
        try
        {
            return Directory.CreateDirectory(Path.Combine(Path.GetPathRoot(Environment.SystemDirectory) is { Length: > 0 } root ? root : "/", name)).FullName;
        }
        catch (UnauthorizedAccessException)
        {
            return Directory.CreateDirectory(Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), name)).FullName;
        }
    }

    private sealed record Cases(string Folder, string Shell, string PwshPath, string Manifest)
    {
        internal ColdCommand Pwsh(string name, params string[] arguments) => PwshPath.EndsWith(".dll", StringComparison.OrdinalIgnoreCase)
            ? new(name, "dotnet", [PwshPath, "-NoProfile", .. arguments], Folder)
            : new(name, PwshPath, ["-NoProfile", .. arguments], Folder);

        internal string Write(string file, string text)
        {
            string path = Path.Combine(Folder, file);
            File.WriteAllText(path, text);
            return path;
        }
    }
}
