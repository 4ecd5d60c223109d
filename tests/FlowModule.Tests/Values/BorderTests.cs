using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using FlowModule.Engine.Caching;
using FlowModule.Engine.History;
using FlowModule.Engine.Storage.Rows;
using FlowModule.History;
using FlowModule.Scheduling.Instances;
using FlowModule.Scheduling.Registrations;
using FlowModule.Serialization;
using FlowModule.Tests.History;
using FlowModule.Wire;

namespace FlowModule.Tests.Values;

/// <summary>A value keeps its type in every way out of the process.</summary>
public sealed class BorderTests : HistoryTest
{
    [Theory]
    [MemberData(nameof(ValueTable.Names), MemberType = typeof(ValueTable))]
    public void By_the_history(string name)
    {
        EncodedValue kept = HistoryValues.Instance.Encode(ValueTable.Of(name));

        Assert.Null(kept.Note);
        Assert.Equal(ValueShape.Of(ValueTable.Of(name)), ValueShape.Of(HistoryValues.Instance.Decode(kept.Text!)));
    }

    [Theory]
    [MemberData(nameof(ValueTable.Names), MemberType = typeof(ValueTable))]
    public void To_another_process(string name)
    {
        using var cliXml = new CliXml();
        using var stream = new MemoryStream();
        using var data = new BinaryWriter(stream);
        new ValueWriter(cliXml).Write(data, ValueTable.Of(name));
        stream.Position = 0;
        using var reader = new BinaryReader(stream);

        Assert.Equal(ValueShape.Of(ValueTable.Of(name)), ValueShape.Of(new ValueReader(cliXml).Read(reader)));
        Assert.Equal(stream.Length, stream.Position);
    }

    [Theory]
    [MemberData(nameof(ValueTable.Names), MemberType = typeof(ValueTable))]
    public void By_the_cache(string name)
    {
        using var other = new RunHistory(History.Address, HistoryValues.Instance, TimeProvider.System, HistoryBackends.Of(History.Address));
        var cache = new SharedResultStore(History, History.Values, History.ResultBytes, capacity: 10, static () => { });
        Assert.Equal(ResultClaim.Free, cache.Claim(name, refresh: false, out _, out _));
        object value = ValueTable.Of(name);
        cache.Set(name, value, cache.Encode(value), expiration: null);

        Assert.True(new SharedResultStore(other, other.Values, other.ResultBytes, capacity: 10, static () => { }).TryGet(name, out object? back));
        Assert.Equal(ValueShape.Of(ValueTable.Of(name)), ValueShape.Of(back));
    }

    [Theory]
    [MemberData(nameof(ValueTable.Names), MemberType = typeof(ValueTable))]
    public void By_a_schedule(string name)
    {
        string script = Path.Combine(Folder.FullPath, "s.ps1");
        File.WriteAllText(script, "param($X)");

        string text = string.Empty;
        Session.Set("keep", (Action)(() => text = ScheduledParameters.Encode(script, new Hashtable { ["X"] = ValueTable.Of(name) })!));
        Run("$keep.Invoke()").Clean();

        CommandParameter back = Assert.Single(InstanceParameters.Read(text));
        Assert.Equal(ValueShape.Of(ValueTable.Of(name)), ValueShape.Of(back.Value));
    }

    private sealed class Live
    {
        public DateOnly Day => new(2026, 2, 3);

        public DayOfWeek Kind => DayOfWeek.Friday;

        public int[] Numbers => [1, 2];
    }

    [Fact]
    public void An_object_of_any_other_type_has_its_properties_as_what_they_are_by_each()
    {
        using var cliXml = new CliXml();
        using var stream = new MemoryStream();
        using var data = new BinaryWriter(stream);
        new ValueWriter(cliXml).Write(data, new Live());
        stream.Position = 0;
        using var reader = new BinaryReader(stream);
        object?[] copies = [HistoryValues.Instance.Decode(HistoryValues.Instance.Encode(new Live()).Text!), new ValueReader(cliXml).Read(reader)];

        Assert.All(copies, copy =>
        {
            PSMemberInfoCollection<PSPropertyInfo> properties = Assert.IsType<PSObject>(copy).Properties;
            Assert.Equal([new DateOnly(2026, 2, 3), DayOfWeek.Friday], [properties["Day"].Value, properties["Kind"].Value]);
            Assert.Equal([1, 2], Assert.IsType<int[]>(properties["Numbers"].Value));
        });
    }

    [Fact]
    public void All_of_them_to_a_worker_process_and_back()
    {
        string[] names = [.. ValueTable.All];
        Session.Set("all", names.Select(ValueTable.Of).ToArray());

        object?[] back = Assert.IsType<object?[]>(Result("{ param($All) ,$All } -Parameters @{ All = $all }"));

        Assert.Equal(names.Select(name => $"{name}: {ValueShape.Of(ValueTable.Of(name))}"), names.Zip(back, static (name, value) => $"{name}: {ValueShape.Of(value)}"));
    }
}
