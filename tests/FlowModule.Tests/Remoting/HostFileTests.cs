using System.Runtime.Versioning;
using FlowModule.Remoting;
using FlowModule.Tests.Support;

namespace FlowModule.Tests.Remoting;

/// <summary>The user's file of hosts.</summary>
public sealed class HostFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string PathOfFile => Path.Combine(_folder.FullPath, "home", HostFile.FileName);

    private HostFile Hosts => new(Path.GetDirectoryName(PathOfFile)!);

    [Fact]
    public void What_is_written_is_read_again()
    {
        var entry = new HostEntry
        {
            Name = "web1",
            HostName = "10.0.0.5",
            UserName = "deploy",
            Port = 2222,
            KeyFilePath = "/keys/ü",
            PowerShellPath = "/opt/pwsh",
            ThrottlePerHost = 7,
            Options = new Dictionary<string, string>(StringComparer.Ordinal) { ["ProxyJump"] = "gate" },
            Tags = ["web", "prod"],
        };

        Hosts.Set(entry);

        FlowRemoteHost host = Assert.Single(Hosts.Read());
        Assert.Equal(("web1", "10.0.0.5", "deploy", 2222), (host.Name, host.HostName, host.UserName, host.Port));
        Assert.Equal(("/keys/ü", "/opt/pwsh", 7), (host.KeyFilePath, host.PowerShellPath, host.ThrottlePerHost));
        Assert.Equal("gate", Assert.Single(host.Options).Value);
        Assert.Equal(["web", "prod"], host.Tag);
    }

    [Fact]
    public void A_host_replaces_the_one_with_its_name_in_any_case()
    {
        Hosts.Set(new HostEntry { Name = "web2" });
        Hosts.Set(new HostEntry { Name = "web1", Port = 1 });
        Hosts.Set(new HostEntry { Name = "WEB1", Port = 2 });

        Assert.Equal([("WEB1", 2), ("web2", null)], Hosts.Read().Select(host => (host.Name, host.Port)));
    }

    [Fact]
    public async Task Changes_at_the_same_time_are_all_kept()
    {
        await Task.WhenAll(Enumerable.Range(0, 10).Select(i => Task.Run(() => Hosts.Set(new HostEntry { Name = $"web{i}" }))));

        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"web{i}"), Hosts.Read().Select(host => host.Name));
    }

    [UnixOnlyFact]
    [UnsupportedOSPlatform("windows")]
    public void Only_its_owner_can_read_it()
    {
        Hosts.Set(new HostEntry { Name = "web1" });

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(PathOfFile));
    }

    [UnixOnlyFact]
    [UnsupportedOSPlatform("windows")]
    public void A_file_that_others_can_write_to_is_refused()
    {
        Hosts.Set(new HostEntry { Name = "web1" });
        File.SetUnixFileMode(PathOfFile, File.GetUnixFileMode(PathOfFile) | UnixFileMode.OtherWrite);

        Assert.Equal("FlowHostFileOfOthers", IdOf(() => Hosts.Read()));
        Assert.Equal("FlowHostFileOfOthers", IdOf(() => Hosts.Set(new HostEntry { Name = "web2" })));
        Assert.Contains("Other users can write to", Assert.Throws<FlowException>(() => Hosts.Read()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_a_person_wrote_is_read()
    {
        Write("""
            // Ours.
            { "Version": 1, "hosts": [ { "name": "web1", "TAGS": ["web"], }, { "name": "db1", "port": 2222 } ] }
            """);

        Assert.Equal([("db1", 2222), ("web1", null)], Hosts.Read().Select(host => (host.Name, host.Port)));
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("null")]
    [InlineData("""{ "version": 1 }""")]
    [InlineData("""{ "version": 1, "hosts": [ null ] }""")]
    [InlineData("""{ "version": 1, "hosts": [ { "port": 22 } ] }""")]
    [InlineData("""{ "version": 1, "hosts": [ { "name": "web1", "port": 0 } ] }""")]
    [InlineData("""{ "version": 1, "hosts": [ { "name": "web1", "hostName": "" } ] }""")]
    [InlineData("""{ "version": 1, "hosts": [ { "name": "web1", "tags": [ null ] } ] }""")]
    [InlineData("""{ "version": 1, "hosts": [ { "name": "web1", "options": { "ProxyJump": null } } ] }""")]
    [InlineData("""{ "version": 2, "hosts": [ ] }""")]
    public void A_file_that_is_none_is_refused_and_stays_as_it_is(string text)
    {
        Write(text);

        Assert.Equal("FlowHostFileInvalid", IdOf(() => Hosts.Read()));
        Assert.Equal("FlowHostFileInvalid", IdOf(() => Hosts.Set(new HostEntry { Name = "web1" })));
        Assert.Equal(text, File.ReadAllText(PathOfFile));
    }

    [Fact]
    public void Hosts_are_chosen_by_names_and_by_all_of_the_tags_and_each_once()
    {
        Hosts.Set(new HostEntry { Name = "web1", HostName = "10.0.0.1", Tags = ["web", "prod"] });
        Hosts.Set(new HostEntry { Name = "web2", Tags = ["web", "test"] });
        Hosts.Set(new HostEntry { Name = "web3", Tags = ["Prod", "Web"] });

        Assert.Equal(["10.0.0.1", "other"], Hosts.Choose(["WEB1", "other"], []).Select(host => host.HostName));
        Assert.Equal(["web1", "web3"], Hosts.Choose([], ["web", "prod"]).Select(host => host.Name));
        Assert.Equal(["web3", "web1", "web2"], Hosts.Choose(["web3"], ["web"]).Select(host => host.Name));
        Assert.Equal("FlowHostTagNotFound", IdOf(() => Hosts.Choose(["web1"], ["prod", "test"])));
    }

    [Fact]
    public void What_the_call_says_counts_more_than_the_file()
    {
        var host = new FlowRemoteHost(new HostEntry
        {
            Name = "web1",
            HostName = "10.0.0.1",
            UserName = "file",
            Port = 1,
            ThrottlePerHost = 3,
            Options = new Dictionary<string, string>(StringComparer.Ordinal) { ["ProxyJump"] = "file", ["Compression"] = "yes" },
        });

        RemoteHost alone = RemoteHost.Of(host, new HostSettings());
        RemoteHost both = RemoteHost.Of(host, new HostSettings { UserName = "call", ThrottlePerHost = 9, Options = HostSettings.OptionsOf(new() { ["proxyjump"] = "call" }) });

        Assert.Equal(("10.0.0.1", "file", 1, 3), (alone.HostName, alone.UserName, alone.Port, alone.ThrottlePerHost));
        Assert.Equal(["Compression=yes", "ProxyJump=file"], alone.Options);
        Assert.Equal(("10.0.0.1", "call", 1, 9), (both.HostName, both.UserName, both.Port, both.ThrottlePerHost));
        Assert.Equal(["Compression=yes", "proxyjump=call"], both.Options);
    }

    public void Dispose() => _folder.Dispose();

    private static string IdOf(Action action) => Assert.Throws<FlowException>(action).ErrorRecord.FullyQualifiedErrorId;

    private void Write(string text)
    {
        Hosts.Set(new HostEntry { Name = "before" });
        File.WriteAllText(PathOfFile, text);
    }
}
