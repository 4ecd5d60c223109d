using System.Collections;
using System.Management.Automation;
using System.Net;
using FlowModule.Tests.Support;

namespace FlowModule.Tests.Processes;

/// <summary>Values that are passed to a process and back.</summary>
public sealed class ValueTests : SharedProcessTest
{
    /// <summary>Passes the value as a variable, and returns it as the result.</summary>
    private object? ThereAndBack(object? value)
    {
        Session.Set("value", value);
        return Result("{ ,$value }");
    }

    private static readonly int[] Numbers = [1, 2];
    private static readonly string[] Words = ["a", "b"];

    public static TheoryData<object> PlainValues() => new(
        true, false, (byte)1, (sbyte)-1, (short)-2, (ushort)2, 3, 3u, long.MinValue, ulong.MaxValue, 1.5f, double.NaN, 2.5m, 'c', "text", string.Empty,
        "half of a pair: \ud800.", new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc), new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(2)),
        TimeSpan.FromTicks(5), Guid.Parse("8d2c1f0e-6f0e-4b39-9d5a-3f1c7f6a9b42"), new Uri("https://example.org/a?b"), new Version(1, 2, 3),
        DayOfWeek.Friday, ActionPreference.Stop, StateType.Crashed, new byte[] { 1, 2 }, Numbers, Words, new object?[] { 1, null, "x" },
        Array.Empty<object>(), new List<string> { "a" }, new SwitchParameter(true));

    [Theory]
    [MemberData(nameof(PlainValues), DisableDiscoveryEnumeration = true)]
    public void Plain_values_arrive_as_they_are(object value)
    {
        object? back = ThereAndBack(value);

        Assert.IsType(value.GetType(), back);
        Assert.Equal(value, back);
    }

    [Fact]
    public void Null_and_nothing() => Assert.Equal([null, null, 0], Values("""
        $nothing = $null
        (Start-Subflow -Parallel -Isolation Process -ThrottleLimit 2 { }).Result
        (Start-Subflow -Parallel -Isolation Process -ThrottleLimit 2 { $nothing }).Result
        (Start-Subflow -Parallel -Isolation Process -ThrottleLimit 2 { ,@() }).Result.Count
        """));

    [Fact]
    public void Nested_data_survives_whole() => Assert.Equal(["deep", "System.Object[]", "System.Collections.Specialized.OrderedDictionary", "My.Type", "System.Int32"], Values("""
        $data = @{ a = @([pscustomobject] @{ b = [ordered] @{ c = @(@{ d = @{ e = [pscustomobject] @{ f = @('deep') } } }) } }) }
        $back = (Start-Subflow -Parallel -Isolation Process -ThrottleLimit 2 { $data }).Result
        $back.a[0].b.c[0].d.e.f[0]
        $back.a.GetType().FullName
        $back.a[0].b.GetType().FullName
        (Start-Subflow -Parallel -Isolation Process -ThrottleLimit 2 { [pscustomobject] @{ PSTypeName = 'My.Type'; n = 1 } }).Result.PSTypeNames[0]
        (Start-Subflow -Parallel -Isolation Process -ThrottleLimit 2 { [pscustomobject] @{ n = 1 } }).Result.n.GetType().FullName
        """));

    [Fact]
    public void A_table_finds_its_keys_in_any_case_unless_it_holds_them_in_both() => Assert.Equal([1, 1, 2], Values("""
        $table = @{ Key = 1 }
        (Start-Subflow -Parallel -Isolation Process -ThrottleLimit 2 { $table }).Result['key']
        $exact = [hashtable]::new(); $exact['a'] = 1; $exact['A'] = 2
        $back = (Start-Subflow -Parallel -Isolation Process -ThrottleLimit 2 { $exact }).Result; $back['a']; $back['A']
        """));

    [Fact]
    public void A_circle_does_not_hang()
    {
        ScriptResult result = Run("$table = @{ name = 'x' }; $table.self = $table; Start-Subflow -Parallel -Isolation Process -ThrottleLimit 2 { $table.self.self.name }").Clean();

        Assert.Equal("x", result.Result);
    }

    [Fact]
    public void Data_that_holds_itself_in_many_places_arrives_as_it_is() => Assert.Equal(["root 3 True"], Values("""
        $root = [pscustomobject] @{ Name = 'root'; Children = [System.Collections.ArrayList]::new() }
        foreach ($i in 1..3) { $null = $root.Children.Add([pscustomobject] @{ Name = "child $i"; Parent = $root; Siblings = $root.Children }) }
        $back = (Start-Subflow -Parallel -Isolation Process -ThrottleLimit 2 { $root }).Result
        "$($back.Children[2].Siblings[0].Parent.Name) $($back.Children.Count) $([object]::ReferenceEquals($back.Children[0].Parent.Children, $back.Children[1].Siblings))"
        """));

    [Fact]
    public void Objects_arrive_as_a_job_has_them() => Assert.Equal(["True True", "Deserialized.System.Diagnostics.Process"], Values("""
        [System.Diagnostics.Process]::GetCurrentProcess() | Start-Subflow -Parallel -Isolation Process -ThrottleLimit 2 { "$($_.Id -gt 0) $($null -ne $_.Path)" } | ForEach-Object { $_.Result }
        (Start-Subflow -Parallel -Isolation Process -ThrottleLimit 2 { [System.Diagnostics.Process]::GetCurrentProcess() }).Result.PSTypeNames[0]
        """));

    [Fact]
    public void A_file_arrives_as_one_that_commands_find_by_its_path() => Assert.Equal(["a.txt 4 text System.IO.FileInfo", "text"], Values($$"""
        [IO.File]::WriteAllText('{{Folder.FullPath}}/a.txt', 'text')
        (Get-Item '{{Folder.FullPath}}/a.txt' | Start-Subflow -Parallel -Isolation Process -ThrottleLimit 2 {
            param([IO.FileInfo] $File) "$($File.Name) $($File.Length) $($File | Get-Content) $($File.GetType())" }).Result
        (Start-Subflow -Parallel -Isolation Process -ThrottleLimit 2 { Get-Item '{{Folder.FullPath}}/a.txt' }).Result | Get-Content
        """));

    [Fact]
    public void Secrets_cross_and_stay_secret()
    {
        using System.Security.SecureString password = new NetworkCredential("", "päss").SecurePassword;
        Session.Set("credential", new PSCredential("user", password));
        Session.Set("secret", password);
        var back = (PSCredential)Result("{ $credential }")!;
        var text = Result("{ [System.Net.NetworkCredential]::new('', $secret).Password }");

        Assert.Equal(("user", "päss", "päss"), (back.UserName, back.GetNetworkCredential().Password, text));
    }

    [Fact]
    public void Secrets_are_on_no_command_line()
    {
        Session.Set("secret", "s3cr3t-value");
        Assert.Equal(false, Result("{ [IO.File]::ReadAllText('/proc/self/cmdline').Contains($secret) -or [IO.File]::ReadAllText('/proc/self/environ').Contains($secret) }"));
    }

    [Fact]
    public void An_error_record_arrives_as_one() =>
        Assert.Equal("ItemNotFound", Assert.IsAssignableFrom<ErrorRecord>(Result(
            "{ [System.Management.Automation.ErrorRecord]::new([Exception]::new('x'), 'ItemNotFound', 'NotSpecified', $null) }")).FullyQualifiedErrorId);

    [Fact]
    public void Ten_megabytes_there_and_back()
    {
        byte[] bytes = new byte[10 * 1024 * 1024];
        new Random(1).NextBytes(bytes);
        string text = new('x', 5 * 1024 * 1024);

        Assert.Equal(bytes, ThereAndBack(bytes));
        Assert.Equal(text, ThereAndBack(text));
    }

    [Fact]
    public void A_million_numbers()
    {
        int[] numbers = [.. Enumerable.Range(0, 1_000_000)];

        Assert.Equal(numbers, ThereAndBack(numbers));
    }

    [Fact]
    public void What_cannot_cross_loses_nothing_but_itself() => Assert.Equal(["kept True"], Values("""
        $odd = @{ stream = [System.IO.MemoryStream]::new(); text = 'kept' }
        (Start-Subflow -Parallel -Isolation Process -ThrottleLimit 2 { "$($odd.text) $($null -ne $odd.stream)" }).Result
        """));

    [Fact]
    public void Tables_of_a_result_are_the_callers_own() =>
        Assert.IsType<Hashtable>(Result("{ @{ a = 1 } }"));
}
