using System.Management.Automation;
using FlowModule.Engine.Runs;

namespace FlowModule.Closures;

/// <summary>The scripts of a policy.</summary>
internal static class PolicyScripts
{
    internal static IEnumerable<ScriptBlock> Of(RunPolicy policy) =>
        (policy.Hooks?.All ?? []).Append(policy.Retry.Condition).Append(policy.Cache?.Key).Append(policy.Rollback).OfType<ScriptBlock>();
}
