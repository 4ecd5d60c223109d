using System.Management.Automation;
using FlowModule.Engine.Retries;
using FlowModule.Engine.Runs;

namespace FlowModule.Wire;

/// <summary>Carries the policies of flows that a body in another process may start. Limits are looked up there.</summary>
internal static class PolicyCodec
{
    internal static void Write(BinaryWriter data, RunPolicy policy, ValueWriter values)
    {
        bool isDefault = ReferenceEquals(policy, RunPolicy.Default);
        data.Write(isDefault);
        if (isDefault)
        {
            return;
        }

        values.Write(data, policy.TimeoutSeconds);
        RetryPolicy retry = policy.Retry;
        data.Write(retry.Count);
        values.Write(data, retry.DelaySeconds.ToArray());
        data.Write((int)retry.Backoff);
        values.Write(data, retry.MaxDelaySeconds);
        data.Write(retry.Jitter);
        values.Write(data, retry.Condition);
        data.Write(policy.ReusesCompleted);
        values.Write(data, policy.Limits.ToArray());
        data.Write((int)policy.Isolation);
        values.Write(data, policy.NamedKind);
        values.Write(data, policy.Secrets.ToArray());
        foreach (IReadOnlyList<object> hooks in HooksOf(policy.Hooks ?? new()))
        {
            data.Write(hooks.Count);
            foreach (object hook in hooks)
            {
                values.Write(data, hook);
            }
        }
    }

    internal static RunPolicy Read(BinaryReader data, ValueReader values)
    {
        if (data.ReadBoolean())
        {
            return RunPolicy.Default;
        }

        var timeout = values.Read<double?>(data);
        var retry = new RetryPolicy
        {
            Count = data.ReadInt32(),
            DelaySeconds = values.Read<double[]>(data),
            Backoff = (RetryBackoff)data.ReadInt32(),
            MaxDelaySeconds = values.Read<double?>(data),
            Jitter = data.ReadDouble(),
            Condition = values.Read<ScriptBlock?>(data),
        };
        bool reuses = data.ReadBoolean();
        var limits = values.Read<string[]>(data);
        var isolation = (FlowIsolation)data.ReadInt32();
        var kind = values.Read<string?>(data);
        var secrets = values.Read<string[]>(data);
        var hooks = new RunHooks
        {
            OnRunning = ReadHooks(data, values),
            OnCompletion = ReadHooks(data, values),
            OnFailure = ReadHooks(data, values),
            OnCancellation = ReadHooks(data, values),
            OnCrash = ReadHooks(data, values),
        };
        return new RunPolicy
        {
            TimeoutSeconds = timeout,
            Retry = retry,
            ReusesCompleted = reuses,
            Limits = limits,
            Isolation = isolation,
            NamedKind = kind,
            Secrets = secrets,
            Hooks = hooks.All.Any() ? hooks : null,
        };
    }

    private static IReadOnlyList<object>[] HooksOf(RunHooks hooks) => [hooks.OnRunning, hooks.OnCompletion, hooks.OnFailure, hooks.OnCancellation, hooks.OnCrash];

    private static object[] ReadHooks(BinaryReader data, ValueReader values)
    {
        var hooks = new object[data.ReadInt32()];
        for (int i = 0; i < hooks.Length; i++)
        {
            hooks[i] = values.Read<ScriptBlock>(data);
        }

        return hooks;
    }
}
