using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.VisualStudio.TestPlatform.ObjectModel;
using Microsoft.VisualStudio.TestPlatform.ObjectModel.Adapter;

namespace Pester.Tests;

/// <summary>Creates test cases from the messages of pwsh, the same ones when tests are found and after they have run.</summary>
/// <remarks>Several tests on one line (-ForEach) are distinguished by their order, because their names may contain values that are only known at run time.</remarks>
internal sealed class TestCases(PesterModule module)
{
    internal static readonly TestProperty PesterProperty =
        TestProperty.Register("Pester.Version", "Pester", typeof(string), typeof(TestCase));

    internal static readonly TestProperty CategoryProperty =
        TestProperty.Register("Pester.Category", "Category", typeof(string[]), typeof(TestCase));

    private readonly Dictionary<(string File, int Line), int> _seen = [];

    internal TestCase Create(PesterMessage message)
    {
        int index = _seen.GetValueOrDefault((message.File!, message.Line));
        _seen[(message.File!, message.Line)] = index + 1;

        string file = Path.GetFileName(message.File!).Replace(".Tests.ps1", string.Empty, StringComparison.Ordinal);
        string name = $"{file}: {message.Name} (Pester {module.Version})";
        TestCase test = new(name, PesterExecutor.Address, Settings.Assembly)
        {
            Id = Id(string.Create(CultureInfo.InvariantCulture, $"{module.Version}|{file}|{message.Line}|{index}")),
            DisplayName = name,
            CodeFilePath = message.File,
            LineNumber = message.Line,
        };
        test.SetPropertyValue(PesterProperty, module.Version);
        test.SetPropertyValue(CategoryProperty, message.Tags?.ToArray() ?? []);
        foreach (string tag in message.Tags ?? [])
        {
            test.Traits.Add("Category", tag);
        }

        return test;
    }

    internal static TestResult Result(TestCase test, PesterMessage message)
    {
        var duration = TimeSpan.FromMilliseconds(message.Milliseconds);
        return new TestResult(test)
        {
            Outcome = message.Result switch
            {
                "Passed" => TestOutcome.Passed,
                "Skipped" or "Inconclusive" => TestOutcome.Skipped,
                _ => TestOutcome.Failed,
            },
            DisplayName = test.DisplayName,
            Duration = duration,
            EndTime = DateTimeOffset.Now,
            StartTime = DateTimeOffset.Now - duration,
            ErrorMessage = string.IsNullOrEmpty(message.Message) ? null : message.Message,
            ErrorStackTrace = string.IsNullOrEmpty(message.StackTrace) ? null : message.StackTrace,
        };
    }

    /// <summary>Applies <c>dotnet test --filter</c>: FullyQualifiedName, Name and DisplayName are the same, Category is a tag, Pester the version.</summary>
    internal static bool Matches(ITestCaseFilterExpression filter, TestCase test) => filter.MatchTestCase(test, name => name.ToUpperInvariant() switch
    {
        "FULLYQUALIFIEDNAME" or "NAME" or "DISPLAYNAME" => test.DisplayName,
        "CATEGORY" => test.GetPropertyValue(CategoryProperty),
        "PESTER" => test.GetPropertyValue(PesterProperty),
        _ => null,
    });

    private static Guid Id(string text) => new(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));
}
