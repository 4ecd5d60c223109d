using System.Management.Automation;
using FlowModule.Engine.History;
using FlowModule.Engine.Storage;

namespace FlowModule.Pool;

/// <summary>Why runs cannot go to the workers of a queue.</summary>
internal static class PoolErrors
{
    private const string Secrets = "FlowQueueSecrets";

    internal static FlowException InvalidName(string what, string name) => FlowException.InvalidParameter(
        $"'{name}' cannot be the name of a {what}: it has small letters, digits and hyphens, 40 at most.", "FlowQueueInvalid", name, isAboutTheFlow: true);

    internal static FlowException NeedsServer(string queue, RunHistory? history) => new(
        $"Queue '{queue}' needs a history on a server, which the workers reach too: {(history is null ? "these runs are not recorded" : $"'{history.Location}' is a file of this machine")}. "
        + "Name one with -HistoryPath or the environment variable FLOW_HISTORY_URL. Nothing was run.",
        "FlowQueueNeedsServer", ErrorCategory.InvalidOperation, queue) { IsAboutTheFlow = true };

    internal static FlowException NoWorkers(HistoryAddress address) => new(
        $"'{address}' is a file of this machine, and has no workers: queues need a history on a server. Name one with -HistoryPath or the environment variable FLOW_HISTORY_URL.",
        "FlowQueueNeedsServer", ErrorCategory.InvalidArgument, address.ToString());

    internal static FlowException WorkerNotFound(string name) => new(
        $"There is no worker '{name}'. Get-FlowWorker lists the workers.", "FlowWorkerNotFound", ErrorCategory.ObjectNotFound, name);

    /// <summary>Not about the flow: another input of it may have no secrets.</summary>
    internal static FlowException HasSecrets(string queue) => new(
        $"It has secrets, which may not go through the database of queue '{queue}' in plain text. Give callers and workers a key: about_Flow_Pool.",
        Secrets, ErrorCategory.SecurityError, queue);

    /// <summary>A body has read a secret, in a worker that has no key.</summary>
    internal static FlowException SecretLearned(string why) => new(why, Secrets, ErrorCategory.SecurityError, target: null);

    internal static FlowException InvalidKey(string where, string why) => new(
        $"{where} is no key for the workers of queues: it {why}. Nothing was run.", "FlowQueueKeyInvalid", ErrorCategory.SecurityError, target: null) { IsAboutTheFlow = true };
}
