using System.Management.Automation;
using System.Text.Json.Nodes;
using FlowModule.Tests.Support;

namespace FlowModule.Tests.Notifications;

/// <summary>Test notifications: really sent, to real listeners.</summary>
public sealed class TestFlowNotificationTests : FlowTest
{
    public TestFlowNotificationTests()
    {
        Session.Set("folder", Folder.FullPath);
        Run("$ExecutionContext.SessionState.Path.SetLocation($folder)");
    }

    [UnixOnlyFact]
    public void A_program_gets_the_report_and_it_says_that_nothing_has_failed()
    {
        var test = Assert.IsType<FlowNotificationTest>(Value("New-FlowNotification sh '-c', 'cat > report.json' | Test-FlowNotification"));

        Assert.Equal((true, null, null), (test.Succeeded, test.Message, test.Name));
        JsonNode report = JsonNode.Parse(File.ReadAllText(Path.Combine(Folder.FullPath, "report.json")))!;
        Assert.Equal("test", (string?)report["schedule"]);
        Assert.Contains("Nothing has failed", (string?)report["message"], StringComparison.Ordinal);
    }

    [Fact]
    public void A_service_that_answers_no_is_asked_once_and_the_answer_is_given()
    {
        using var hook = new HookServer(HookServer.Status(503, "down", ("Retry-After", "1000")));
        Session.Set("address", hook.Address);

        var test = Assert.IsType<FlowNotificationTest>(Value("New-FlowNotification -Webhook $address | Test-FlowNotification"));

        Assert.False(test.Succeeded);
        Assert.Contains("503", test.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("tried", test.Message, StringComparison.Ordinal);
        Assert.Single(hook.Requests);
    }

    [Fact]
    public void All_that_a_registered_flow_has_are_tried_in_its_name()
    {
        using var hook = new HookServer(HookServer.Status(200));
        Session.Set("address", hook.Address);
        Register("-OnFailure $address, 'http://127.0.0.1:1/nobody'");

        FlowNotificationTest[] tests = [.. Run("Get-FlowSchedule nightly -HistoryPath . | Test-FlowNotification -HistoryPath .").Output.Cast<FlowNotificationTest>()];

        Assert.Equal([("nightly", true), ("nightly", false)], tests.Select(test => (test.Name, test.Succeeded)));
        Assert.Equal("nightly", (string?)JsonNode.Parse(hook.Requests[0].Body)!["schedule"]);
    }

    [Fact]
    public void A_flow_that_tells_nobody_is_an_error()
    {
        Register("");

        AssertError("Test-FlowNotification nightly -HistoryPath .", "FlowNotificationMissing", ErrorCategory.ObjectNotFound, "nightly");
    }

    [Fact]
    public void A_flow_that_is_not_registered_is_an_error() =>
        AssertError("Test-FlowNotification -Name none -HistoryPath .", "FlowScheduleNotFound", ErrorCategory.ObjectNotFound, "none");

    [Fact]
    public void WhatIf_sends_nothing()
    {
        using var hook = new HookServer(HookServer.Status(200));
        Session.Set("address", hook.Address);

        Assert.Empty(Run("New-FlowNotification -Webhook $address | Test-FlowNotification -WhatIf").Output);
        Assert.Empty(hook.Requests);
    }

    private void AssertError(string script, string id, ErrorCategory category, object target)
    {
        ErrorRecord error = Run(script).OnlyError;
        Assert.Equal($"{id},FlowModule.Commands.TestFlowNotificationCommand", error.FullyQualifiedErrorId);
        Assert.Equal((category, target), (error.CategoryInfo.Category, error.TargetObject));
    }

    private void Register(string onFailure)
    {
        Folder.Write("nightly.ps1", "'x'");
        Run($"Register-FlowSchedule nightly.ps1 (New-FlowSchedule -Daily -At 03:00) -Using Scheduler -HistoryPath . {onFailure}");
    }
}
