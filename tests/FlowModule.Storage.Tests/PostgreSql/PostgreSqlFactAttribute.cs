using FlowModule.Storage.Tests.Support;

namespace FlowModule.Storage.Tests.PostgreSql;

/// <summary>A test that needs a PostgreSQL server. Where there can be none it is skipped.</summary>
public sealed class PostgreSqlFactAttribute : FactAttribute
{
    public PostgreSqlFactAttribute() => Skip = PostgreSqlServer.WhyNot;
}
