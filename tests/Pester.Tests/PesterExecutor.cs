using Microsoft.VisualStudio.TestPlatform.ObjectModel;
using Microsoft.VisualStudio.TestPlatform.ObjectModel.Adapter;
using Microsoft.VisualStudio.TestPlatform.ObjectModel.Logging;

namespace Pester.Tests;

/// <summary>Runs the Pester tests in a real pwsh, with each version of Pester in a separate process, in parallel.</summary>
[ExtensionUri(Uri)]
public sealed class PesterExecutor : ITestExecutor, IDisposable
{
    internal const string Uri = "executor://flowmodule/pester";
    internal static readonly Uri Address = new(Uri);

    private readonly CancellationTokenSource _cancellation = new();
    private readonly Lock _reporting = new();

    /// <inheritdoc/>
    public void RunTests(IEnumerable<string>? sources, IRunContext? runContext, IFrameworkHandle? frameworkHandle)
    {
        if (!IsAsked(sources ?? []))
        {
            return;
        }

        // Accepts all names: an unknown name belongs to another project's tests.
        ITestCaseFilterExpression? filter = runContext?.GetTestCaseFilter(supportedProperties: null, _ => null);
        Run(filter is null ? null : Select(filter, frameworkHandle!), frameworkHandle!);
    }

    /// <inheritdoc/>
    public void RunTests(IEnumerable<TestCase>? tests, IRunContext? runContext, IFrameworkHandle? frameworkHandle) =>
        Run([.. tests ?? []], frameworkHandle!);

    /// <inheritdoc/>
    public void Cancel() => _cancellation.Cancel();

    /// <inheritdoc/>
    public void Dispose() => _cancellation.Dispose();

    /// <summary>True if this assembly is to be tested: a run of several assemblies may pass all of them to every adapter.</summary>
    internal static bool IsAsked(IEnumerable<string> sources) => sources.Any(source => Path.GetFileName(source) == Path.GetFileName(Settings.Assembly));

    /// <summary>Finds all tests. If this fails, the failure is one of them.</summary>
    internal static async Task<IReadOnlyList<FoundTest>> DiscoverAsync(CancellationToken cancellationToken)
    {
        // Both versions find the same tests, so every file is read once.
        List<PesterMessage> messages = [];
        await new PesterProcess(Settings.Modules[0]).RunAsync(AllFiles(), discoverOnly: true, messages.Add, cancellationToken);
        return [.. Settings.Modules.SelectMany(module =>
        {
            TestCases cases = new(module);
            return messages.Select(message => new FoundTest(cases.Create(message), message));
        })];
    }

    private List<TestCase> Select(ITestCaseFilterExpression filter, IFrameworkHandle handle)
    {
        List<TestCase> selected = [];
        foreach (FoundTest found in Wait(DiscoverAsync(_cancellation.Token)) ?? [])
        {
            // An unreadable file may contain the requested tests.
            if (found.Message.Result == "Failed")
            {
                Report(handle, found.Test, found.Message);
            }
            else if (TestCases.Matches(filter, found.Test))
            {
                selected.Add(found.Test);
            }
        }

        return selected;
    }

    private void Run(List<TestCase>? selected, IFrameworkHandle handle)
    {
        if (Settings.TestFiles.Count == 0)
        {
            handle.SendMessage(TestMessageLevel.Error, "There are no files of Pester tests.");
        }

        Wait(Task.WhenAll(Settings.Modules.Select(module => Task.Run(() => RunAsync(module, selected, handle)))));
    }

    private async Task RunAsync(PesterModule module, List<TestCase>? selected, IFrameworkHandle handle)
    {
        TestCase[]? own = selected?.Where(test => (string?)test.GetPropertyValue(TestCases.PesterProperty) == module.Version).ToArray();
        if (own is { Length: 0 })
        {
            return;
        }

        HashSet<Guid>? ids = own?.Select(test => test.Id).ToHashSet();
        IReadOnlyList<RequestedFile> files = own is null
            ? AllFiles()
            : [.. own.GroupBy(test => test.CodeFilePath!, StringComparer.Ordinal)
                .Select(file => new RequestedFile(file.Key, [.. file.Select(test => test.LineNumber).Distinct()]))];
        TestCases cases = new(module);
        await new PesterProcess(module).RunAsync(
            files,
            discoverOnly: false,
            message =>
            {
                // If a line has several tests, all of them run. A failure outside of tests is always reported.
                TestCase test = cases.Create(message);
                if (ids is null || ids.Contains(test.Id) || message.Result == "Failed")
                {
                    Report(handle, test, message);
                }
            },
            _cancellation.Token);
    }

    private void Report(IFrameworkHandle handle, TestCase test, PesterMessage message)
    {
        TestResult result = TestCases.Result(test, message);
        lock (_reporting)
        {
            handle.RecordStart(test);
            handle.RecordResult(result);
            handle.RecordEnd(test, result.Outcome);
        }
    }

    private static List<RequestedFile> AllFiles() => [.. Settings.TestFiles.Select(path => new RequestedFile(path, []))];

    private static void Wait(Task task)
    {
        try
        {
            task.GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            // A cancelled test run needs no more results.
        }
    }

    private static IReadOnlyList<FoundTest>? Wait(Task<IReadOnlyList<FoundTest>> task)
    {
        Wait((Task)task);
        return task.IsCompletedSuccessfully ? task.Result : null;
    }
}

/// <param name="Message">The message of pwsh about it.</param>
internal sealed record FoundTest(TestCase Test, PesterMessage Message);
