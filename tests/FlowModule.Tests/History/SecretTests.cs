using System.Collections;
using System.Management.Automation;
using FlowModule.Engine.History;
using FlowModule.Engine.Storage.Rows;
using FlowModule.Secrets;
using FlowModule.Serialization;

namespace FlowModule.Tests.History;

/// <summary>Secrets are not written to disk.</summary>
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
        Assert.Equal("Not kept: it contains a secret.", History.Text(RunOf("parameter").Id, RunValue.Result));
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
        Assert.Equal("Not kept: it contains a secret.", History.Text(RunOf("bottom").Id, RunValue.Result));
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

    [Theory]
    [InlineData("user:hunter22")]
    [InlineData("us:hunter22")]
    [InlineData("u:hunter22:more")]
    [InlineData("hunter22")]
    public void A_secret_is_found_in_base64_wherever_in_the_text_it_stands(string text)
    {
        KnownSecrets.Add("hunter22");
        try
        {
            foreach (System.Text.Encoding encoding in new[] { System.Text.Encoding.UTF8, System.Text.Encoding.Unicode })
            {
                string encoded = Convert.ToBase64String(encoding.GetBytes(text));
                string masked = KnownSecrets.Mask("Basic " + encoded);
                Assert.Contains("***", masked, StringComparison.Ordinal);

                // At each end, one character may remain that also encodes a part of the surroundings.
                Assert.InRange(masked.Length - "Basic ***".Length, 0, encoded.Length - (encoding.GetByteCount("hunter22") * 4 / 3) + 2);
            }
        }
        finally
        {
            KnownSecrets.Remove("hunter22");
        }
    }

    [Theory]
    [InlineData("p w/ö&+", "https://host/?q=p%20w%2F%C3%B6%26%2B&r=1", "https://host/?q=***&r=1")]
    [InlineData("p w/ö&+", "q=p+w%2f%c3%b6%26%2b", "q=***")]
    [InlineData("???>>>", "a Pz8_Pj4- b", "a *** b")]
    [InlineData("first line\nlast line", "a\r\nfirst line\r\nb", "a\r\n***\r\nb")]
    public void A_secret_is_found_in_a_URL_and_line_by_line(string secret, string text, string masked)
    {
        KnownSecrets.Add(secret);
        try
        {
            Assert.Equal(masked, KnownSecrets.Mask(text));
        }
        finally
        {
            KnownSecrets.Remove(secret);
        }
    }

    [Fact]
    public void Of_secrets_that_overlap_nothing_is_shown()
    {
        var masks = new TextMasks();
        masks.Add(["abcdef", "abc", "efgh", "hij", "efgh"]);
        Assert.Equal("1***2***", masks.Mask("1abcdefghij2abc"));
        masks.Remove(["efgh", "abcdef", "hij"]);
        Assert.Equal("1***d***2", masks.Mask("1abcdefgh2"));
        masks.Remove(["efgh", "abc"]);
        Assert.Equal("abcdefgh", masks.Mask("abcdefgh"));
    }

    [Theory]
    [InlineData("$null = New-Flow f { $c.UserName; Write-Warning ('it is hunter' + 22) } | Invoke-Flow -HistoryPath $h")]
    [InlineData("$null = New-Flow f { ($using:c).UserName; Write-Warning ('it is hunter' + 22) } | Invoke-Flow -HistoryPath $h")]
    [InlineData("$null = New-Flow f { $global:shared.UserName; Write-Warning ('it is hunter' + 22) } | Invoke-Flow -HistoryPath $h")]
    [InlineData("$null = New-Flow f { $table.a.UserName; Write-Warning ('it is hunter' + 22) } | Start-Subflow -HistoryPath $h")]
    [InlineData("$null = New-Flow f { $c.UserName; Write-Warning ('it is hunter' + 22) } | Start-Subflow -Parallel -HistoryPath $h")]
    [InlineData("$null = New-Flow f { $table.a.UserName; Write-Warning ('it is hunter' + 22) } | Start-Subflow -Parallel -Isolation Process -HistoryPath $h")]
    [InlineData("$null = Invoke-FlowTask f { $secure.Length; Write-Warning ('it is hunter' + 22) } -HistoryPath $h")]
    [InlineData("$null = Start-FlowTask f { $c.UserName; Write-Warning ('it is hunter' + 22) } -HistoryPath $h | Wait-FlowTask")]
    [InlineData("$null = & { $c = $c; New-Flow f { $c.UserName; Write-Warning ('it is hunter' + 22) }.GetNewClosure() } | Invoke-Flow -HistoryPath $h")]
    public void A_password_that_a_body_takes_from_its_caller_is_masked_too(string call)
    {
        Run($$"""
            $secure = [securestring]::new(); 'hunter22'.ToCharArray() | ForEach-Object { $secure.AppendChar($_) }
            $c = $global:shared = [pscredential]::new('joe', $secure)
            $table = @{ a = $c }
            {{call}}
            """).Clean();

        Assert.Equal("it is ***", Assert.Single(Log())[(Log()[0].IndexOf("Warning ", StringComparison.Ordinal) + "Warning ".Length)..]);
        Assert.DoesNotContain("hunter22", OnDisk(), StringComparison.Ordinal);
        Assert.Equal(0, KnownSecrets.Count);
    }

    /// <summary>A run in another process writes the output of its own runs to the streams of the run here.</summary>
    [Fact]
    public void A_secret_of_a_run_in_a_process_of_its_own_is_masked_by_the_run_around_it()
    {
        Run("""
            $null = New-Flow outer {
                $said = Start-Subflow (New-Flow middle { Start-Subflow (New-Flow inner { param($Pin) $Pin } -Secret Pin) -Parameters @{ Pin = 'hunter' + 22 } }) -Isolation Process
                Write-Warning ('it was hunter' + 22)
            } | Invoke-Flow -HistoryPath $h
            """).Clean();

        Assert.Equal(["outer Warning it was ***"], Log());
    }
}
