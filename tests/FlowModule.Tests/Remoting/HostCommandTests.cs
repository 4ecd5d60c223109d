using FlowModule.Tests.Support;

namespace FlowModule.Tests.Remoting;

/// <summary>The cmdlets for the user's file of hosts, and the parameters that choose from it.</summary>
public sealed class HostCommandTests : FlowTest
{
    // The file is that of all tests, whose names are others.
    private readonly string _id = $"host-{Guid.NewGuid():N}";

    [Fact]
    public void Hosts_are_added_listed_and_removed()
    {
        Assert.Equal($"{_id}1", $"{Value($"New-FlowHost {_id}1 10.0.0.1 -Tag {_id}, {_id}, prod")}");
        Values($"New-FlowHost {_id}2 -Tag {_id} -KeyFilePath key");

        Assert.Equal([$"{_id}1", $"{_id}2"], Values($"Get-FlowHost {_id}* | ForEach-Object Name"));
        Assert.Equal([$"{_id}1"], Values($"(Get-FlowHost -Tag prod, {_id.ToUpperInvariant()}).Name"));
        Assert.Equal($"10.0.0.1 {_id} prod", Value($"$found = Get-FlowHost {_id}1; \"$($found.HostName) $($found.Tag)\""));
        Assert.Equal(true, Value($"[IO.Path]::IsPathRooted((Get-FlowHost {_id}2).KeyFilePath)"));
        Values($"Get-FlowHost {_id}1 | Remove-FlowHost");
        Assert.Equal([$"{_id}2"], Values($"(Get-FlowHost {_id}*).Name"));
        Values($"Remove-FlowHost {_id}*");
        Assert.Empty(Values($"Get-FlowHost {_id}*"));
    }

    [Fact]
    public void A_name_that_the_file_does_not_have_is_an_error()
    {
        ScriptResult result = Run($"Get-FlowHost {_id}; Remove-FlowHost {_id}; 'after'");

        Assert.Equal(
            ["FlowHostNotFound,FlowModule.Commands.GetFlowHostCommand", "FlowHostNotFound,FlowModule.Commands.RemoveFlowHostCommand"],
            result.Errors.Select(error => error.FullyQualifiedErrorId));
        Assert.Equal(["after"], result.Output);
    }

    [Fact]
    public void WhatIf_changes_nothing()
    {
        Assert.Empty(Values($"New-FlowHost {_id} -WhatIf; Get-FlowHost {_id}*"));
        Values($"New-FlowHost {_id}; Remove-FlowHost {_id} -WhatIf");
        Assert.Equal([_id], Values($"(Get-FlowHost {_id}*).Name; Remove-FlowHost {_id}"));
    }

    [Fact]
    public void Subflows_run_on_the_hosts_with_the_tags_and_on_those_that_are_named()
    {
        Values($"New-FlowHost {_id}1 -Tag {_id}; New-FlowHost {_id}2 -Tag {_id}, prod");

        Assert.Equal([$"{_id}1", $"{_id}2"], Values($"(Start-Subflow {{ 1 }} -Parallel -HostTag {_id} -Each -WhatIf).Runs.HostName"));
        Assert.Equal([$"{_id}2"], Values($"(Start-Subflow {{ 1 }} -Parallel -HostTag {_id}, prod -Port 2222 -WhatIf).Runs.HostName"));
        Assert.Equal(["other", $"{_id}1", $"{_id}2"], Values($"(Start-Subflow {{ 1 }} -Parallel -HostName other, {_id}1 -HostTag {_id} -Each -WhatIf).Runs.HostName"));
        Values($"Remove-FlowHost {_id}*");
    }

    [Fact]
    public void How_much_a_host_takes_is_said_by_the_call_or_by_the_file()
    {
        Values($"New-FlowHost {_id} -ThrottlePerHost 5");

        Assert.Equal(5, Value($"(Start-Subflow {{ 1 }} -Parallel -HostName {_id} -WhatIf).ThrottleLimit"));
        Assert.Equal(3, Value($"(Start-Subflow {{ 1 }} -Parallel -HostName {_id} -ThrottlePerHost 3 -WhatIf).ThrottleLimit"));
        Values($"Remove-FlowHost {_id}");
    }

    [Fact]
    public void Tags_that_no_host_has_are_an_error_before_anything_has_run()
    {
        ScriptResult result = Run($"1..2 | Start-Subflow {{ $_ }} -Parallel -HostTag {_id}, prod");

        Assert.Equal("FlowHostTagNotFound,FlowModule.Commands.StartSubflowCommand", result.OnlyError.FullyQualifiedErrorId);
        Assert.Empty(result.Output);
    }
}
