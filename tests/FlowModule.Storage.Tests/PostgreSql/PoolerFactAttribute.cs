using FlowModule.Storage.Tests.Support;

namespace FlowModule.Storage.Tests.PostgreSql;

/// <summary>A test that needs a PostgreSQL server and PgBouncer. Where there can be none it is skipped.</summary>
public sealed class PoolerFactAttribute : FactAttribute
{
    public PoolerFactAttribute() => Skip = PostgreSqlServer.WhyNot ?? PgBouncer.WhyNot;
}
