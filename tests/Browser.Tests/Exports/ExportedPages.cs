using Browser.Tests.Support;

namespace Browser.Tests.Exports;

/// <summary>Pages that Export-FlowRun has written, of runs that a script made.</summary>
public sealed class ExportedPages : IAsyncLifetime
{
    /// <summary>What nobody should name anything. It is also the message of an error, a line of a log, and a value.</summary>
    internal const string Hostile = "</script><script>alert(1)</script><img src=x onerror=alert(2)> \"'`&amp; ${1} <!--";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("Browser.Tests-");

    /// <summary>A flow of three subflows with two tasks each, of which the second has failed at its second attempt.</summary>
    internal string Small => Address("small");

    /// <summary>10,001 runs, eight of which have failed by themselves.</summary>
    internal string Many => Address("many");

    /// <summary>Texts that would do harm.</summary>
    internal string Evil => Address("evil");

    /// <summary>Three runs, the second of which has failed.</summary>
    internal string Several => Address("several");

    public Task InitializeAsync() => Chromium.Path is null ? Task.CompletedTask : Flow.RunAsync(
        _folder.FullName,
        $$"""
        $ErrorActionPreference = 'Continue'
        $quiet = @{ InformationAction = 'Ignore'; ErrorAction = 'Ignore'; WarningAction = 'Ignore' }
        function Invoke-Quietly($Flow, $Parameters = @{}) { try { $Flow | Invoke-Flow -Parameters $Parameters @quiet | Out-Null } catch { } }

        $store = New-Flow load -RunName 'load-{Store}' {
            param($Store)
            Invoke-FlowTask extract { Write-Host "reading $Store" } | Out-Null
            Invoke-FlowTask write -Retry 1 -RetryDelaySeconds 0.1 {
                if ($Store -eq 'two') {
                    throw 'no disk'
                }
            }
        }
        Invoke-Quietly (New-Flow small -RunName small { 'one', 'two', 'three' | ForEach-Object { @{ Store = $_ } } | Start-Subflow $store })
        Export-FlowRun small small.html

        $part = New-Flow part { param($N) Invoke-FlowTask a { }; Invoke-FlowTask b { }; Invoke-FlowTask c { if ($N % 300 -eq 0) { throw "no $N" } } }
        Invoke-Quietly (New-Flow many -RunName many { 1..2500 | ForEach-Object { @{ N = $_ } } | Start-Subflow $part -Parallel })
        Export-FlowRun many many.html

        $text = @'
        {{Hostile}}
        '@ + [char]27 + '[31m' + [char]7 + [char]0x202e
        Invoke-Quietly (New-Flow evil -RunName 'evil {Text}' { param($Text) Write-Host $Text; Invoke-FlowTask step { throw $Text } }) @{ Text = $text }
        Get-FlowRun -Flow evil | Export-FlowRun evil.html

        1..3 | ForEach-Object { Invoke-Quietly (New-Flow several -RunName "several-$_" { param($N) if ($N -eq 2) { throw 'the second' } }) @{ N = $_ } }
        Get-FlowRun -Flow several | Export-FlowRun several.html

        # Runs have failed here, on purpose.
        exit 0
        """);

    public Task DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return Task.CompletedTask;
    }

    private string Address(string name) => new Uri(Path.Combine(_folder.FullName, name + ".html")).AbsoluteUri;
}
