using FlowModule.Storage.Tests.Support;

namespace Browser.Tests.Support;

/// <summary>A test in a browser, over a history on a PostgreSQL server. It is skipped where there can be one of them only.</summary>
internal sealed class PoolFactAttribute : FactAttribute
{
    public PoolFactAttribute() => Skip = Chromium.Path is null ? BrowserFactAttribute.Reason : PostgreSqlServer.WhyNot;
}
