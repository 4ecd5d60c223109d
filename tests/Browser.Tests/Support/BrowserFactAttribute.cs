namespace Browser.Tests.Support;

/// <summary>A test in a browser. It is skipped where there is none.</summary>
internal sealed class BrowserFactAttribute : FactAttribute
{
    internal const string Reason = "Chromium was not found: install it (Debian: apt-get install chromium), or name it in the variable CHROMIUM.";

    public BrowserFactAttribute() => Skip = Chromium.Path is null ? Reason : null;
}
