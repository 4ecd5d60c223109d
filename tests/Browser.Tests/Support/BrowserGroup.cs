namespace Browser.Tests.Support;

/// <summary>The tests that share one browser. They run one after another.</summary>
[CollectionDefinition(Name)]
public sealed class BrowserGroup : ICollectionFixture<BrowserFixture>
{
    internal const string Name = "Browser";
}
