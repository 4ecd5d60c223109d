using System.ComponentModel;
using Microsoft.VisualStudio.TestPlatform.ObjectModel;
using Microsoft.VisualStudio.TestPlatform.ObjectModel.Adapter;
using Microsoft.VisualStudio.TestPlatform.ObjectModel.Logging;

namespace Pester.Tests;

/// <summary>Finds the Pester tests, for <c>dotnet test --list-tests</c> and for editors.</summary>
[FileExtension(".dll")]
[DefaultExecutorUri(PesterExecutor.Uri)]
[Category("managed")]
public sealed class PesterDiscoverer : ITestDiscoverer
{
    /// <inheritdoc/>
    public void DiscoverTests(IEnumerable<string> sources, IDiscoveryContext discoveryContext, IMessageLogger logger, ITestCaseDiscoverySink discoverySink)
    {
        if (!PesterExecutor.IsAsked(sources))
        {
            return;
        }

        foreach (FoundTest found in PesterExecutor.DiscoverAsync(CancellationToken.None).GetAwaiter().GetResult())
        {
            if (found.Message.Result == "Failed")
            {
                logger.SendMessage(TestMessageLevel.Error, $"{found.Test.DisplayName}: {found.Message.Message}");
            }
            else
            {
                discoverySink.SendTestCase(found.Test);
            }
        }
    }
}
