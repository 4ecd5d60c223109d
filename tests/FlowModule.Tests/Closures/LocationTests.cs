using FlowModule.Tests.Support;

namespace FlowModule.Tests.Closures;

/// <summary>The caller's location in a worker.</summary>
public sealed class LocationTests : FlowTest
{
    [Theory]
    [InlineData("plain")]
    [InlineData("with space")]
    [InlineData("a [b] c")]
    [InlineData("*")]
    [InlineData("a`b")]
    public void A_subflow_is_where_its_caller_is(string name)
    {
        string folder = Directory.CreateDirectory(Path.Combine(Folder.FullPath, name)).FullName;
        Session.Set("folder", folder);
        Assert.Equal([folder, folder], Values("""
            Set-Location -LiteralPath $folder
            { "$PWD"; (Get-Location).ProviderPath } | Start-Subflow -Parallel | Receive-FlowResult
            """));
    }

    [Fact]
    public void Relative_paths_and_scripts_are_found()
    {
        Folder.Write("script.ps1", "'ran'");
        Assert.Equal("ran", Value($"Set-Location '{Folder.FullPath}'; {{ ./script.ps1 }} | Start-Subflow -Parallel | Receive-FlowResult"));
    }

    [Fact]
    public void A_drive_of_the_callers_own_is_one_in_the_worker_too() =>
        Assert.Equal([Folder.FullPath, Folder.FullPath], Values($$"""
            New-PSDrive data FileSystem '{{Folder.FullPath}}' -Scope global | Out-Null
            Set-Location data:\
            { (Get-Location).ProviderPath.TrimEnd('/'); $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath('.').TrimEnd('/') } | Start-Subflow -Parallel | Receive-FlowResult
            """));

    [Fact]
    public void Two_callers_locations_follow_each_other_on_a_warm_worker() =>
        Assert.Equal([Folder.FullPath, "/"], Values($$"""
            foreach ($place in '{{Folder.FullPath}}', '/') { Set-Location $place; { "$PWD" } | Start-Subflow -Parallel -ThrottleLimit 1 | Receive-FlowResult }
            """));

    [Fact]
    public void A_location_that_is_gone_stops_no_subflow()
    {
        string folder = Directory.CreateDirectory(Path.Combine(Folder.FullPath, "gone")).FullName;
        Session.Set("folder", folder);
        Assert.Equal(1, Value("Set-Location $folder; [IO.Directory]::Delete($folder); { 1 } | Start-Subflow -Parallel | Receive-FlowResult"));
    }

    [Fact]
    public void A_location_on_another_provider_is_kept() =>
        Assert.Equal([true], Values("Set-Location Function:\\; $here = \"$PWD\"; { \"$PWD\" -eq $here } | Start-Subflow -Parallel | Receive-FlowResult"));
}
