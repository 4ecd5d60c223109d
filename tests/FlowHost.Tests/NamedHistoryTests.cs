using FlowModule.FlowHost.Tests.Support;
using FlowModule.Storage.Tests.PostgreSql;
using FlowModule.Storage.Tests.Support;

namespace FlowModule.FlowHost.Tests;

/// <summary>Histories that have a name in a service file, on a PostgreSQL server that asks for passwords.</summary>
public sealed class NamedHistoryTests : IDisposable
{
    private const string Password = "correct-horse-7";

    private readonly ScriptFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [PostgreSqlFact]
    public void A_name_stands_for_a_history_wherever_one_is_named_and_its_password_is_in_no_row()
    {
        PostgreSqlServer server = NewServer();
        using FlowProcess worker = FlowProcess.Start(Environment, ["work", "--queue", "etl", "--history-path", "postgres:kept"]);
        worker.WaitForText("is ready");
        _folder.Add("New-Flow tick { 2 } -RunName ticked | Invoke-Flow", "tick.ps1");

        FlowResult result = Run("""
            Start-Subflow { 'at a worker' } -Queue etl | Receive-FlowResult
            $null = Invoke-Flow (New-Flow named { 1 } -RunName the-run) -HistoryPath postgres:typed
            "$((Get-FlowRun the-run -HistoryPath postgresql:kept).State) $((Get-FlowHistory).Path)"
            "$((Copy-FlowHistory "$PSScriptRoot/copy.db" -HistoryPath postgres:typed -WarningAction Ignore).RunCount) copied"
            Register-FlowSchedule "$PSScriptRoot/tick.ps1" (New-FlowSchedule -Daily -At 03:00) -Name tick -Using Scheduler
            $null = Invoke-FlowSchedule tick
            "$((Get-FlowRun ticked).State)"
            (TabExpansion2 'Get-FlowRun -HistoryPath postgres:k' 35).CompletionMatches.CompletionText
            """);

        Assert.Equal((0, string.Empty), (result.ExitCode, result.Error));
        Assert.Equal(["at a worker", "Completed postgres:kept", "2 copied", "Completed", "postgres:kept"], result.Lines);
        Assert.Equal("2", server.Run("SELECT count(*) FROM one.run WHERE name IN ('the-run', 'ticked')"));
        Assert.Equal("0", server.Run($"SELECT count(*) FROM unnest(ARRAY['one', 'one_hangfire']) AS name WHERE strpos(schema_to_xml(name, false, false, '')::text, '{Password}') > 0"));
    }

    [PostgreSqlFact]
    public void What_cannot_be_used_is_refused_with_the_reason()
    {
        NewServer();

        FlowResult result = Run("""
            $WarningPreference = 'Ignore'
            foreach ($name in 'typed', 'none', 'wrong', 'lost', 'missing') {
                try { "$(@(Get-FlowRun -HistoryPath "postgres:$name" -ErrorAction Stop).Count) runs" } catch { "$($_.FullyQualifiedErrorId.Split(',')[0]) $_" }
            }
            $env:PSModulePath = "$PSScriptRoot/nowhere"
            try { Get-FlowRun -HistoryPath postgres:other -ErrorAction Stop } catch { "$_" }
            """);

        Assert.Equal((0, string.Empty), (result.ExitCode, result.Error));
        string[] expected =
        [
            "FlowHistoryNotFound There is no history 'postgres:typed'",
            "FlowHistoryUnavailable The server of the history 'postgres:none' asks for a password",
            "FlowHistoryUnavailable The server of the history 'postgres:wrong' refuses the sign-in",
            "FlowHistoryUnavailable The history 'postgres:lost' cannot be used. The secret 'gone' cannot be read: The secret gone was not found.",
            $"FlowHistoryUnavailable The history 'postgres:missing' cannot be used. There is no entry 'missing' in '{_folder.PathOf("services")}'. It has: kept, lost, none, other, typed, wrong.",
            "The history 'postgres:other' cannot be used. The secret 'other' of the vault 'mine' cannot be read: The specified module 'Microsoft.PowerShell.SecretManagement' was not loaded",
        ];
        Assert.Equal(expected, result.Lines.Zip(expected, static (line, start) => line.StartsWith(start, StringComparison.Ordinal) ? start : line));
        Assert.Contains("(Install-PSResource Microsoft.PowerShell.SecretManagement installs that module.)", result.Lines[^1], StringComparison.Ordinal);
        Assert.DoesNotContain("-horse-", result.Output, StringComparison.Ordinal);
    }

    private IReadOnlyDictionary<string, string?> Environment => new Dictionary<string, string?>(StringComparer.Ordinal)
    {
        ["FLOW_HOME"] = _folder.PathOf(string.Empty),
        ["FLOW_HISTORY_URL"] = "postgres:kept",
        ["PGSERVICEFILE"] = _folder.PathOf("services"),
        ["PSModulePath"] = _folder.PathOf("modules"),
    };

    private FlowResult Run(string script) => FlowProcess.Invoke(["run", _folder.Add($"$InformationPreference = 'Ignore'; {script}")], Environment);

    /// <summary>A server that lets the role "asked" in with its password only; a file that names its histories; and a vault with the password.</summary>
    private PostgreSqlServer NewServer()
    {
        PostgreSqlServer server = PostgreSqlServer.New();
        server.Run($"CREATE ROLE asked LOGIN SUPERUSER PASSWORD '{Password}'");
        server.Run($"COPY (VALUES ('local all asked scram-sha-256'), ('local all all trust')) TO '{server.Folder}/data/pg_hba.conf'");
        server.Restart();

        string[] passwords = ["[typed] password=" + Password, "[kept] secret=mine/history", "[none]", "[wrong] secret=old/history", "[lost] secret=gone", "[other] secret=mine/other"];
        string file = _folder.Add(string.Join('\n', passwords.Select(entry => $"{entry.Replace(' ', '\n')}\nhost={server.Folder}\ndbname=postgres\nuser=asked\nschema=one")), "services");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        const string Module = "Microsoft.PowerShell.SecretManagement";
        Directory.CreateDirectory(_folder.PathOf($"modules/{Module}"));
        _folder.Add(
            $$"""
            function Get-Secret([string] $Name, [string] $Vault) {
                if ($Name -ne 'history') { throw "The secret $Name was not found." }
                if ($Vault -eq 'mine') { [Net.NetworkCredential]::new('', '{{Password}}').SecurePassword } else { 'other-horse-8' }
            }
            """,
            $"modules/{Module}/{Module}.psm1");
        return server;
    }
}
