using System.Management.Automation;
using FlowModule.Tests.Support;

namespace FlowModule.Tests.Policies;

/// <summary>Invalid input is one error with a stable id before anything has run; -WhatIf runs and changes nothing.</summary>
public sealed class BadPolicyTests : FlowTest
{
    private const string Invalid = "ParameterArgumentValidationError";

    [Theory]
    [InlineData("-Retry -1", Invalid)]
    [InlineData("-RetryDelaySeconds -1", Invalid)]
    [InlineData("-RetryDelaySeconds @()", Invalid)]
    [InlineData("-RetryDelaySeconds 1, -1", Invalid)]
    [InlineData("-RetryDelaySeconds ([double]::NaN)", Invalid)]
    [InlineData("-RetryMaxDelaySeconds -1", Invalid)]
    [InlineData("-RetryJitter 1.5", Invalid)]
    [InlineData("-RetryBackoff Sometimes", "CannotConvertArgumentNoMessage")]
    [InlineData("-TimeoutSeconds 0", Invalid)]
    [InlineData("-TimeoutSeconds -1", Invalid)]
    [InlineData("-Limit ''", Invalid)]
    [InlineData("-Limit @()", Invalid)]
    [InlineData("-Limit no-such-limit", "FlowLimitNotFound")]
    [InlineData("-OnFailure $null", Invalid)]
    [InlineData("-OnFailure @()", Invalid)]
    public void Of_any_run(string how, string id)
    {
        foreach (string call in new[]
        {
            "Start-Subflow { $ran.Add(1) }", "1..3 | Start-Subflow { $ran.Add(1) } -Parallel", "New-Flow f { $ran.Add(1) } %how% | Invoke-Flow",
            "Invoke-FlowTask t { $ran.Add(1) }", "1..3 | Invoke-FlowTask t { $ran.Add(1) } -Parallel", "Start-FlowTask t { $ran.Add(1) }", "1..3 | Start-FlowTask t { $ran.Add(1) }",
        })
        {
            AssertOneError(call.Contains("%how%", StringComparison.Ordinal) ? call.Replace("%how%", how, StringComparison.Ordinal) : $"{call} {how}", id);
        }
    }

    [Theory]
    [InlineData("Invoke-FlowTask '' { $ran.Add(1) }", Invalid)]
    [InlineData("1 | Invoke-FlowTask t { $ran.Add(1) } -ThrottleLimit 2", "FlowThrottleWithoutParallel")]
    [InlineData("1 | Invoke-FlowTask t { $ran.Add(1) } -Parallel -ThrottleLimit 0", Invalid)]
    [InlineData("1 | Invoke-FlowTask t { $ran.Add(1) } -Wave 0", "CannotConvertArgumentNoMessage")]
    [InlineData("1 | Invoke-FlowTask t { $ran.Add(1) } -Wave x", "CannotConvertArgumentNoMessage")]
    [InlineData("1 | Invoke-FlowTask t { $ran.Add(1) } -MaxFailures -1", Invalid)]
    [InlineData("1 | Invoke-FlowTask t { $ran.Add(1) } -MaxFailurePercent 101", Invalid)]
    [InlineData("Invoke-FlowTask t { $ran.Add(1) } -CacheKey ''", Invalid)]
    [InlineData("Invoke-FlowTask t { $ran.Add(1) } -CacheKey k -CacheExpiration '-0:0:1'", "FlowCacheExpirationNegative")]
    [InlineData("Invoke-FlowTask t { $ran.Add(1) } -CacheExpiration 0:0:1", "FlowCacheWithoutKey")]
    [InlineData("Start-FlowTask t { $ran.Add(1) } -RefreshCache", "FlowCacheWithoutKey")]
    [InlineData("Invoke-FlowTask t { $ran.Add(1) } -Parameters @{ x = 1 }", "FlowParameterNotFound")]
    [InlineData("Start-FlowTask t { param($y) $ran.Add(1) } -Parameters @{ x = 1 }", "FlowParameterNotFound")]
    [InlineData("1..3 | Invoke-FlowTask t { param($y) $ran.Add(1) } -Parameters @{ x = 1 } -Parallel", "FlowParameterNotFound")]
    [InlineData("Invoke-FlowTask t { param([int] $x) $ran.Add(1) } -Parameters @{ x = 'text' }", "FlowParameterInvalid")]
    [InlineData("Invoke-FlowTask t { param([Parameter(Mandatory)] $x) $ran.Add(1) }", "FlowParameterMissing")]
    [InlineData("Start-FlowTask t { param([Parameter(Mandatory)] $x) $ran.Add(1) } | Receive-FlowTask", "FlowParameterMissing")]
    [InlineData("Start-FlowTask t { $ran.Add(1) } -DependsOn $null", Invalid)]
    [InlineData("Invoke-Flow { Start-FlowTask t { $ran.Add(1) } -DependsOn $FlowRun }", "FlowDependencyCycle")]
    [InlineData("Wait-FlowTask $null", Invalid)]
    [InlineData("Receive-FlowTask (Start-FlowTask t { }) -TimeoutSeconds -1", Invalid)]
    [InlineData("Wait-FlowTask (Start-FlowTask t { }) -TimeoutSeconds -1", Invalid)]
    [InlineData("New-FlowLimit l", "FlowLimitEmpty")]
    [InlineData("New-FlowLimit l -MaxConcurrency 0", Invalid)]
    [InlineData("New-FlowLimit l -PerSecond -1", Invalid)]
    [InlineData("Remove-FlowLimit no-such-limit", "FlowLimitNotFound")]
    [InlineData("Get-FlowLimit no-such-limit", "FlowLimitNotFound")]
    [InlineData("Start-FlowTask t { $ran.Add($using:nosuch) }", "UsingVariableNotFound")]
    [InlineData("Invoke-FlowTask t { $ran.Add($using:nosuch) }", "UsingVariableNotFound")]
    public void Of_one_cmdlet(string call, string id) => AssertOneError(call, id);

    [Fact]
    public void A_limit_that_a_second_flow_names_is_looked_up_before_its_run_is_made() =>
        Assert.StartsWith("FlowLimitNotFound", Run("""
            $flows = (New-Flow a { }), (New-Flow b { } -Limit no-such-limit)
            $flows | Start-Subflow -Parallel
            """).OnlyError.FullyQualifiedErrorId, StringComparison.Ordinal);

    [Theory]
    [InlineData("Invoke-FlowTask t { $ran.Add(1) } -WhatIf")]
    [InlineData("1..3 | Invoke-FlowTask t { $ran.Add(1) } -WhatIf")]
    [InlineData("1..3 | Invoke-FlowTask t { $ran.Add(1) } -Parallel -WhatIf")]
    [InlineData("1..3 | Invoke-FlowTask t { $ran.Add(1) } -Wave 1 -WhatIf")]
    [InlineData("Start-FlowTask t { $ran.Add(1) } -WhatIf")]
    [InlineData("1..3 | Start-FlowTask t { $ran.Add(1) } -WhatIf")]
    [InlineData("$null = 1..3 | Start-Subflow { $ran.Add(1) } -Parallel -Wave 1 -WhatIf")]
    [InlineData("New-FlowLimit what-if -MaxConcurrency 1 -WhatIf; Get-FlowLimit what-if*")]
    [InlineData("Invoke-Flow { $WhatIfPreference = $true; Invoke-FlowTask t { $ran.Add(1) } } | Receive-FlowResult")]
    public void WhatIf_runs_and_changes_nothing(string call)
    {
        var ran = new List<int>();
        Session.Set("ran", ran);
        Assert.All(Values(call), output => Assert.IsType<FlowPlan>(output));
        Assert.Empty(ran);
    }

    [Fact]
    public void WhatIf_removes_no_limit() =>
        Assert.Equal(1, Value("""
            $name = [guid]::NewGuid().ToString(); $null = New-FlowLimit $name -MaxConcurrency 1
            Remove-FlowLimit $name -WhatIf; (Get-FlowLimit $name).MaxConcurrency; Remove-FlowLimit $name
            """));

    private void AssertOneError(string script, string id)
    {
        var ran = new List<int>();
        Session.Set("ran", ran);
        ErrorRecord error = Run(script).OnlyError;
        Assert.Equal(id, error.FullyQualifiedErrorId.Split(',')[0]);
        Assert.Empty(ran);
    }
}
