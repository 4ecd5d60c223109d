using System.Collections;
using System.Management.Automation;
using FlowModule.Engine;
using FlowModule.Hosting.History;
using FlowModule.Tests.Support;

namespace FlowModule.Tests.History;

/// <summary>What is secret is not on disk.</summary>
[Collection("Alone")]
public sealed class SecretTests : HistoryTest
{
    private const string Tells = """
        param($Pin, $Other)
        Write-Host "host $Pin"; Write-Warning "warning $Pin"; Write-Error "error $Pin" -ErrorAction Continue
        Write-Verbose "{`"pin`": `"$Pin`"}" -Verbose
        throw "thrown $Pin"
        """;

    [Theory]
    [InlineData("New-Flow teller $body -Secret Pin | Invoke-Flow -Parameters @{ Pin = $pin; Other = 'seen' } -HistoryPath $h")]
    [InlineData("Start-Subflow (New-Flow teller $body) -Secret pin -Parameters @{ Pin = $pin; Other = 'seen' } -HistoryPath $h")]
    [InlineData("Start-Subflow (New-Flow teller $body) -Secret Pin -Map @{ Pin = , $pin; Other = 'seen' } -Parallel -HistoryPath $h")]
    [InlineData("Start-Subflow (New-Flow teller $body) -Secret Pin -Parameters @{ Pin = $pin; Other = 'seen' } -Isolation Process -HistoryPath $h")]
    [InlineData("Invoke-FlowTask teller $body -Secret Pin -Parameters @{ Pin = $pin; Other = 'seen' } -HistoryPath $h")]
    [InlineData("Start-FlowTask teller $body -Secret Pin -Parameters @{ Pin = $pin; Other = 'seen' } -HistoryPath $h | Wait-FlowTask")]
    [InlineData("[pscustomobject] @{ Pin = $pin; Other = 'seen' } | Start-Subflow (New-Flow teller $body) -Secret Pin -HistoryPath $h")]
    public void A_secret_parameter_is_kept_nowhere_and_masked_everywhere(string call)
    {
        foreach (string pin in new[] { "'hunter22'", "738251", "@('hunter22', @{ in = 'hunter22' })", "'<a&\"b''\\c>'" })
        {
            Run($"$ErrorActionPreference = 'Continue'; $body = {{ {Tells} }}; $pin = {pin}; $null = {call} *>&1");
        }

        IReadOnlyList<FlowRunRecord> runs = RunsOf("teller");
        Assert.Equal(4, runs.Count);
        foreach (FlowRunRecord run in runs)
        {
            Assert.True(HistorySecret.Is(ParameterOf(run, "Pin")));
            Assert.Equal("seen", ParameterOf(run, "Other"));
            Assert.Contains("***", run.State.Message, StringComparison.Ordinal);
            Assert.Contains("***", run.Error, StringComparison.Ordinal);
        }

        Assert.Contains("teller Information host ***", Log());
        Assert.Contains("teller Verbose {\"pin\": \"***\"}", Log());
        string disk = OnDisk();
        Assert.All(["hunter22", "738251", "<a&", "a&amp;"], secret => Assert.DoesNotContain(secret, disk, StringComparison.Ordinal));
        Assert.Equal(0, KnownSecrets.Count);
    }

    [Theory]
    [InlineData("$credential")]
    [InlineData("@{ a = @($credential) }")]
    [InlineData("[pscustomobject] @{ a = $credential.Password }")]
    [InlineData("[System.Net.NetworkCredential]::new('joe', 'hunter22')")]
    [InlineData("[Holder]::new($credential)")]
    public void Passwords_that_a_run_was_given_are_masked_in_what_it_writes_and_not_kept_in_what_it_gives(string value)
    {
        Run($$"""
            class Holder { [pscredential] $Inside; Holder([pscredential] $inside) { $this.Inside = $inside } }
            $password = [securestring]::new(); 'hunter22'.ToCharArray() | ForEach-Object { $password.AppendChar($_) }
            $credential = [pscredential]::new('joe', $password)
            $value = {{value}}
            $null = New-Flow parameter { param($Given) Write-Warning ('it is hunter' + 22); @{ text = 'so: hunter' + 22 } } | Invoke-Flow -Parameters @{ Given = $value } -HistoryPath $h
            $null = , $value | Start-Subflow (New-Flow input { Write-Warning ('it is hunter' + 22); $_ }) -Parallel -HistoryPath $h
            """).Clean();

        Assert.Equal(["parameter Warning it is ***", "input Warning it is ***"], Log());
        Assert.Equal("Not kept: it holds a secret.", History.Text(RunOf("parameter").Id, RunValue.Result));
        Assert.Contains("***", History.Text(RunOf("input").Id, RunValue.Input), StringComparison.Ordinal);
        Assert.DoesNotContain("hunter22", OnDisk(), StringComparison.Ordinal);
        Assert.Equal(0, KnownSecrets.Count);
    }

    [Fact]
    public void A_run_around_does_not_tell_a_secret_after_the_run_that_had_it()
    {
        Run("""
            $null = New-Flow outer {
                $pin = 'hunter22'
                $null = Start-Subflow (New-Flow inner { param($Pin) } -Secret Pin -RunName 'for-{Pin}') -Parameters @{ Pin = $pin }
                Write-Warning "it was $pin"
                $null = Start-Subflow (New-Flow later { Write-Warning ('hunter' + '22 again') }) -Isolation Process
            } | Invoke-Flow -HistoryPath $h
            """).Clean();

        Assert.Equal(["outer Warning it was ***"], Log().Where(line => line.StartsWith("outer", StringComparison.Ordinal)));
        Assert.Equal(["later Warning *** again"], Log().Where(line => line.StartsWith("later", StringComparison.Ordinal)));
        Assert.Equal("for-***", RunOf("inner").Name);
    }

    [Fact]
    public void In_a_process_of_its_own_what_a_body_starts_is_masked_too()
    {
        Run("""
            $null = Start-Subflow (New-Flow middle { param($Pin) $null = Start-Subflow (New-Flow bottom { param($p) Write-Warning "p $p"; $p }) -Parameters @{ p = $Pin } }) `
                -Secret Pin -Parameters @{ Pin = 'hunter22' } -Parallel -Isolation Process -HistoryPath $h
            """).Clean();

        Assert.Equal(["bottom Warning p ***"], Log());
        Assert.Equal("Not kept: it holds a secret.", History.Text(RunOf("bottom").Id, RunValue.Result));
        Assert.DoesNotContain("hunter22", OnDisk(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_key_of_a_run_tells_nothing_of_its_secrets()
    {
        Run("""
            $null = New-Flow outer { $null = 1..2 | ForEach-Object { Start-Subflow (New-Flow inner { param($Pin) } -Secret Pin) -Parameters @{ Pin = $_ } } } | Invoke-Flow -HistoryPath $h
            """).Clean();

        IReadOnlyList<FlowRunRecord> runs = RunsOf("inner");
        Assert.Equal(runs[0].Key, runs[1].Key);
        Assert.NotNull(runs[0].Key);
    }

    [Fact]
    public void A_name_that_is_no_parameter_s_is_an_error_before_anything_runs()
    {
        foreach (string call in new[]
        {
            "New-Flow f { param($Pin) } -Secret Pim",
            "Start-Subflow { param($Pin) $global:ran = 1 } -Secret Pim -HistoryPath $h",
            "{ param($Pin) $global:ran = 1 } | Start-Subflow -Secret Pim -HistoryPath $h",
            "Invoke-FlowTask { $global:ran = 1 } -Secret Pim -HistoryPath $h",
            "Start-FlowTask { $global:ran = 1 } -Secret Pim -HistoryPath $h",
        })
        {
            Assert.Contains("FlowParameterNotFound", Run(call).OnlyError.FullyQualifiedErrorId, StringComparison.Ordinal);
            Assert.Null(Session.Get("ran"));
        }
    }

    [Fact]
    public void An_alias_names_the_parameter()
    {
        Run("$f = New-Flow f { param([Alias('Code')] $Pin) Write-Warning $Pin } -Secret Code; $null = Invoke-Flow $f -Pin 'hunter22' -HistoryPath $h").Clean();

        Assert.Equal(["f Warning ***"], Log());
        Assert.True(HistorySecret.Is(ParameterOf(RunOf("f"), "Pin")));
    }

    [Fact]
    public void A_run_that_goes_on_for_ever_knows_the_last_of_its_secrets()
    {
        Session.Set("count", (Func<int>)(() => KnownSecrets.Count));

        object? known = Run($$"""
            $inner = New-Flow inner { param($Pin) } -Secret Pin
            New-Flow outer {
                $null = foreach ($i in 1..{{RunSecrets.Inherited + 20}}) { Start-Subflow $inner -Parameters @{ Pin = "secret number $i" } -InformationAction Ignore }
                $count.Invoke()
            } | Invoke-Flow -HistoryPath $h
            """).Clean().Result;

        Assert.Equal(RunSecrets.Inherited, known);
        Assert.Equal(0, KnownSecrets.Count);
    }

    [Fact]
    public void Forms_of_a_secret_are_found_and_its_own_text_is_not_touched_otherwise()
    {
        KnownSecrets.Add("p\"<w\u00e9>");
        try
        {
            Assert.Equal("a *** b", KnownSecrets.Mask("a p\"<w\u00e9> b"));
            Assert.Equal("{\"a\":\"***\"}", KnownSecrets.Mask("{\"a\":\"p\\\"<w\u00e9>\"}"));
            Assert.Equal("{\"a\":\"***\"}", KnownSecrets.Mask("{\"a\":\"p\\u0022\\u003Cw\\u00E9\\u003E\"}"));
            Assert.Equal("***", KnownSecrets.Mask("p&quot;&lt;w\u00e9&gt;"));
            Assert.True(KnownSecrets.AreIn(HistoryXml.Write("has p\"<w\u00e9> in it", hasSession: false)));
            Assert.False(KnownSecrets.AreIn("nothing"));
        }
        finally
        {
            KnownSecrets.Remove("p\"<w\u00e9>");
        }

        Assert.Equal("p\"<w\u00e9>", KnownSecrets.Mask("p\"<w\u00e9>"));
    }
}
