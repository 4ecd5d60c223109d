using System.Collections;
using System.Management.Automation;
using System.Text;
using FlowModule.Serialization;
using FlowModule.Starting;
using FlowModule.Tests.Support;
using FlowModule.Wire;

namespace FlowModule.Tests.Values;

/// <summary>The fingerprint of a value equals that of an equal value and of each copy, and no other.</summary>
public sealed class FingerprintTests : FlowTest
{
    private static string Of(object? value)
    {
        var text = new StringBuilder();
        new ValueFingerprint(text).Append(value);
        return text.ToString();
    }

    [Theory]
    [MemberData(nameof(ValueTable.Names), MemberType = typeof(ValueTable))]
    public void An_equal_value_and_the_copies_that_arrive_elsewhere_have_the_same(string name)
    {
        object value = ValueTable.Of(name);
        using var cliXml = new CliXml();
        using var stream = new MemoryStream();
        using var data = new BinaryWriter(stream);
        new ValueWriter(cliXml).Write(data, value);
        stream.Position = 0;
        using var reader = new BinaryReader(stream);

        Assert.Equal(Of(value), Of(ValueTable.Of(name)));
        Assert.Equal(Of(value), Of(HistoryValues.Instance.Decode(HistoryValues.Instance.Encode(value).Text!)));
        Assert.Equal(Of(value), Of(new ValueReader(cliXml).Read(reader)));
    }

    [Fact]
    public void No_two_of_them_have_the_same_but_lists_of_equal_items()
    {
        IEnumerable<string> same = ValueTable.All.GroupBy(name => Of(ValueTable.Of(name))).Where(static names => names.Count() > 1).Select(static names => string.Join(", ", names));

        Assert.Equal(["array of dates, list of dates"], same);
    }

    [Theory]
    [InlineData("1; $f = { $n }.GetNewClosure()", "2; $f = { $n }.GetNewClosure()", false)]
    [InlineData("1; $f = { $n }.GetNewClosure()", "1; $other = 3; $f = { $n }.GetNewClosure()", true)]
    [InlineData("@{ a = 1 }; $f = { $n.a }.GetNewClosure()", "@{ a = 2 }; $f = { $n.a }.GetNewClosure()", false)]
    [InlineData("0; $f = [Memory[byte]]::new([byte[]] (1, 2))", "0; $f = [Memory[byte]]::new([byte[]] (3, 4))", false)]
    [InlineData("0; $f = [int[, ]]::new(1, 4)", "0; $f = [int[, ]]::new(4, 1)", false)]
    [InlineData("0; $f = [DayOfWeek]", "0; $f = [DayOfWeek]", true)]
    [InlineData("0; $f = [DayOfWeek]", "0; $f = [ConsoleColor]", false)]
    [InlineData("0; $f = [System.Collections.Generic.HashSet[int]]::new([int[]] (1, 2))", "0; $f = [System.Collections.Generic.HashSet[int]]::new([int[]] (2, 1))", true)]
    [InlineData("0; $f = [System.Collections.Generic.List[int]]::new([int[]] (1, 2))", "0; $f = [System.Collections.Generic.List[int]]::new([int[]] (2, 1))", false)]
    [InlineData("0; $f = 'a' | Add-Member Line 5 -PassThru", "0; $f = 'a'", true)]
    [InlineData("0; $f = , @(1) | ForEach-Object { Add-Member -InputObject $_ Line 5 -PassThru }", "0; $f = , @(1)", false)]
    [InlineData("0; $f = Get-Item /", "0; $f = [System.IO.DirectoryInfo] '/'", true)]
    public void Scripts_are_what_they_closed_over_and_containers_what_they_hold(string one, string other, bool isSame)
    {
        object? Make(string script) => Run($"$n = {script}; , @(, $f)").Clean().Output[0];

        Assert.Equal(isSame, Of(Make(one)) == Of(Make(other)));
    }

    [Fact]
    public void Values_that_differ_at_any_depth_differ()
    {
        static object Deep(int leaf) => Enumerable.Range(0, 190).Aggregate((object)leaf, static (value, _) => new Hashtable { ["k"] = value });

        Assert.Equal(Of(Deep(1)), Of(Deep(1)));
        Assert.NotEqual(Of(Deep(1)), Of(Deep(2)));
    }

    [Fact]
    public void What_is_too_deep_or_too_large_to_be_looked_at_is_like_nothing()
    {
        Assert.NotEqual(Of(ValueTable.Nested(400)), Of(ValueTable.Nested(400)));
        Assert.NotEqual(Of(new Large()), Of(new Large()));
    }

    [Fact]
    public void What_holds_itself_has_one()
    {
        static object Self()
        {
            var table = new Hashtable();
            table["self"] = new object[] { table };
            return table;
        }

        Assert.Equal(Of(Self()), Of(Self()));
    }

    [Fact]
    public void A_drives_free_space_is_no_part_of_a_file()
    {
        string file = Folder.Write("a.txt", "one");
        Session.Set("file", file);
        object? found = Value("Get-ChildItem $file | ForEach-Object { $_.PSObject.Properties.Remove('PSDrive'); $_ | Add-Member PSDrive (Get-PSDrive Temp) -PassThru }");

        Assert.Equal(Of(Value("Get-Item $file")), Of(found));
        Assert.DoesNotContain("PSDrive", HistoryValues.Instance.Encode(found).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Free", HistoryValues.Instance.Encode(Value("Get-Item $file")).Text, StringComparison.Ordinal);
    }

    private sealed class Large
    {
        public string Text { get; } = new('x', 2_000_000);
    }
}
