using System.Collections;
using System.Collections.Specialized;
using System.Data;
using System.Diagnostics;
using System.Management.Automation;
using System.Security;
using FlowModule.Engine.Storage.Rows;
using FlowModule.Serialization;
using FlowModule.Tests.Support;

namespace FlowModule.Tests.History;

/// <summary>The stored form of the values of runs.</summary>
public sealed class ValueTests : FlowTest
{
    private static EncodedValue Keep(object? value) => HistoryValues.Instance.Encode(value);

    private static object? ThereAndBack(object? value)
    {
        EncodedValue kept = Keep(value);
        Assert.Null(kept.Note);
        return HistoryValues.Instance.Decode(kept.Text!);
    }

    private static string NoteOf(object? value)
    {
        EncodedValue kept = Keep(value);
        Assert.Null(kept.Text);
        return kept.Note!;
    }

    [Fact]
    public void Tables_in_arrays_in_custom_objects_come_back_whole_when_ten_deep()
    {
        object? value = Value("""
            $data = 'the bottom'
            foreach ($i in 1..10) { $data = [pscustomobject] @{ Level = $i; Items = @(@{ Inside = [ordered] @{ Next = $data } }) } }
            $data
            """);

        var back = (PSObject)ThereAndBack(value)!;

        for (int level = 10; level >= 1; level--)
        {
            Assert.Equal(level, back.Properties["Level"].Value);
            object table = ((IList)back.Properties["Items"].Value)[0]!;
            object inside = ((IDictionary)table)["Inside"]!;
            object? next = ((IDictionary)inside)["Next"];
            if (level == 1)
            {
                Assert.Equal("the bottom", next);
            }
            else
            {
                back = (PSObject)next!;
            }
        }
    }

    [Fact]
    public void What_holds_itself_comes_back_holding_itself()
    {
        var table = new Hashtable { ["name"] = "outer" };
        var list = new ArrayList { table };
        table["list"] = list;

        var back = (IDictionary)ThereAndBack(table)!;

        var inner = (IList)back["list"]!;
        Assert.Same(back, inner[0]);
    }

    [Fact]
    public void A_large_value_is_not_kept_and_its_size_is_said()
    {
        Assert.Equal("Not kept: 3.0 MB as text, and at most 1 MB are kept.", NoteOf(new string('a', 3 * 1024 * 1024)));
        Assert.Equal("Not kept: 133.3 MB as text, and at most 1 MB are kept.", NoteOf(new byte[100 * 1024 * 1024]));
        Assert.Matches("^Not kept: (more than )?[0-9]+[.][0-9] MB as text, and at most 1 MB are kept.$", NoteOf(Enumerable.Range(0, 5_000_000).ToArray()));
        Assert.Null(Keep(new string('a', 1024 * 1024 - 200)).Note);
    }

    [Fact]
    public void A_large_value_among_other_parameters_leaves_those_kept()
    {
        var parameters = new Hashtable { ["Big"] = new string('a', 2_000_000), ["Small"] = 1, ["Name"] = "x" };
        var run = new FlowRun(new Flow("f", ScriptBlock.Create("1")), parent: null, TimeProvider.System, parameters: parameters);

        var back = (IDictionary)HistoryValues.Instance.Decode(HistoryValues.Instance.EncodeParameters(run).Text!)!;

        Assert.Equal([1, "x"], [back["Small"], back["Name"]]);
        Assert.True(HistorySecret.Is(back["Big"]));
        Assert.Contains("1.9 MB", ((PSObject)back["Big"]!).Properties["Note"].Value.ToString(), StringComparison.Ordinal);
    }

    private sealed class Hostile : IEnumerable<int>
    {
        public int Good => 1;

        public int Bad => throw new InvalidOperationException("bad getter");

        public Hostile Self => this;

        public override string ToString() => throw new InvalidOperationException("bad text");

        public IEnumerator<int> GetEnumerator()
        {
            while (true)
            {
                yield return 1;
            }
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }

    private sealed class BadList : ArrayList
    {
        public override IEnumerator GetEnumerator() => throw new InvalidOperationException("bad list");
    }

    [Fact]
    public void Hostile_objects_neither_hang_nor_throw()
    {
        var back = (PSObject)ThereAndBack(new Hostile())!;

        Assert.Equal(1, back.Properties["Good"].Value);
        Assert.Null(back.Properties["Bad"]);
        Assert.Equal("Not kept: bad list", NoteOf(new BadList()));
        Assert.Null(Keep(new TaskCompletionSource<int>().Task).Note);
    }

    [Fact]
    public void Hostile_input_fails_no_run()
    {
        Session.Set("hostile", new object[] { new Hostile(), new BadList(), new byte[20 * 1024 * 1024], Task.Delay(-1), new Hashtable { ["bad"] = new BadList() } });

        ScriptResult result = Run("""
            $states = foreach ($isParallel in $true, $false) {
                Invoke-Flow { $hostile | Start-Subflow { param($Given) 'ran' } -Parallel:$isParallel -InformationAction Ignore } | ForEach-Object { $_.Result }
            }
            $states
            """).Clean();

        Assert.Equal(10, result.States.Length);
        Assert.All(result.States, state => Assert.Equal("ran", state.Result is PSObject wrapped ? wrapped.BaseObject : state.Result));
    }

    [Fact]
    public void A_large_list_that_all_runs_are_given_is_looked_through_once()
    {
        Session.Set("list", Enumerable.Range(0, 3_000_000).Cast<object>().ToArray());

        ScriptResult result = Run("1..200 | Start-Subflow { param($List, $n) $List.Count } -Parallel -Parameters @{ List = $list } -InformationAction Ignore").Clean();

        Assert.All(result.States, state => Assert.Equal(3_000_000, state.Result));
    }

    [Fact]
    public void Live_objects_are_kept_as_their_properties()
    {
        using Process process = Process.GetCurrentProcess();
        using var table = new DataTable("t");
        table.Columns.Add("Name");
        table.Rows.Add("first");

        Assert.Equal(process.Id, ((PSObject)ThereAndBack(process)!).Properties["Id"].Value);
        Assert.Equal("first", ((PSObject)ThereAndBack(table.Rows[0])!).Properties["Name"].Value);
    }

    [Fact]
    public void A_text_with_properties_keeps_them()
    {
        var text = new PSObject("text");
        text.Properties.Add(new PSNoteProperty("Line", 5));

        var back = (PSObject)ThereAndBack(text)!;

        Assert.Equal(["text", 5], [back.BaseObject, back.Properties["Line"].Value]);
    }

    [Fact]
    public void A_state_inside_a_result_is_kept_as_what_tells_it_apart()
    {
        FlowState state = Run("$null = 1; [ordered] @{ a = @(Invoke-Flow { 5 }) } | ForEach-Object { $_.a }").State;

        var back = (IDictionary)ThereAndBack(new Hashtable { ["list"] = new object[] { state, state.Run } })!;

        var list = (IList)back["list"]!;
        Assert.Equal([state.Run.Id, state.Run.Id], list.Cast<object>().Select(item => HistoryStates.RunOf(item)));
        Assert.Equal("Completed", ((PSObject)list[0]!).Properties["State"].Value);
        Assert.True(Keep(state).Text!.Length < 700);
    }

    [Fact]
    public void A_thread_without_a_session_keeps_the_same()
    {
        object live = Value($"[pscustomobject] @{{ File = [System.Diagnostics.FileVersionInfo]::GetVersionInfo('{typeof(ValueTests).Assembly.Location}') }}")!;
        string here = "", elsewhere = "";
        Session.Set("keep", (Action)(() => here = Keep(live).Text!));
        Run("$keep.Invoke()").Clean();
        var thread = new Thread(() => elsewhere = Keep(live).Text!);
        thread.Start();
        thread.Join();

        Assert.Contains("N=\"FileVersionRaw\"", here, StringComparison.Ordinal);
        Assert.Equal(here, elsewhere);
    }

    [Theory]
    [InlineData("$secret")]
    [InlineData("@{ a = @($secret) }")]
    [InlineData("[pscustomobject] @{ a = [pscustomobject] @{ b = $secret } }")]
    [InlineData("[pscredential]::new('joe', $secret)")]
    [InlineData("@([System.Net.NetworkCredential]::new('joe', 'hunter22'))")]
    [InlineData("[HoldsSecret]::new($secret)")]
    public void Passwords_are_never_in_what_is_kept(string script)
    {
        Session.Set("secret", Secret("hunter22"));
        object? value = Run($$"""
            class HoldsSecret { [securestring] $Held; HoldsSecret([securestring] $held) { $this.Held = $held } }
            , ({{script}})
            """).Clean().Output[0];
        RequireMasked(value);
    }

    [Fact]
    public void Nor_where_one_was_added_to_a_text()
    {
        var text = new PSObject("text");
        text.Properties.Add(new PSNoteProperty("Held", Secret("hunter22")));

        RequireMasked(text);
    }

    private void RequireMasked(object? value)
    {
        EncodedValue kept = default;
        Session.Set("keep", (Action)(() => kept = Keep(value)));
        Run("$keep.Invoke()").Clean();

        Assert.NotNull(kept.Text);
        Assert.Contains("***", kept.Text, StringComparison.Ordinal);
        foreach (string form in new[] { "hunter22", Convert.ToHexString(System.Text.Encoding.Unicode.GetBytes("hunter22")), Convert.ToBase64String(System.Text.Encoding.Unicode.GetBytes("hunter22")) })
        {
            Assert.DoesNotContain(form, kept.Text, StringComparison.OrdinalIgnoreCase);
        }
    }

    private static SecureString Secret(string text)
    {
        var secret = new SecureString();
        text.ToList().ForEach(secret.AppendChar);
        return secret;
    }
}
