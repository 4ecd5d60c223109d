namespace Browser.Tests.Support;

/// <summary>Tests in a browser. They are skipped where there is none.</summary>
internal sealed class BrowserTheoryAttribute : TheoryAttribute
{
    public BrowserTheoryAttribute() => Skip = Chromium.Path is null ? BrowserFactAttribute.Reason : null;
}
