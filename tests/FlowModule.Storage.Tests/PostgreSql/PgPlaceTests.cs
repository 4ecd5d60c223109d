using FlowModule.Engine.Storage;
using FlowModule.PostgreSql;

namespace FlowModule.Storage.Tests.PostgreSql;

public sealed class PgPlaceTests
{
    [Theory]
    [InlineData("postgres://flows@db1:5433/runs?schema=night", "flows", "runs", "night")]
    [InlineData("postgres://a%40b@db1/runs", "a@b", "runs", "flowmodule")]
    [InlineData("postgres://flows@/runs?host=%2Ftmp&sslmode=disable", "flows", "runs", "flowmodule")]
    [InlineData("postgres://flows@[::1]/runs", "flows", "runs", "flowmodule")]
    public void AnAddressSaysUserDatabaseAndSchema(string text, string user, string database, string schema)
    {
        PgPlace place = PgPlace.Of(HistoryAddress.Parse(text));

        Assert.Equal((user, database, schema), (place.User, place.Database, place.Schema));
    }

    [Theory]
    [InlineData("postgres://db1/runs?colour=red", "'colour' is unknown")]
    [InlineData("postgres://db1/runs?sslmode=perhaps", "sslmode 'perhaps'")]
    [InlineData("postgres://db1:99999/runs", "'99999' is no port")]
    [InlineData("postgres:/db1", "It has the form postgres://")]
    [InlineData("postgres:db1?colour=red", "no entry 'db1'")]
    public void AnAddressThatIsWrongIsRefusedWithTheReason(string text, string reason)
    {
        HistoryException refused = Assert.Throws<HistoryException>(() => PgPlace.Of(HistoryAddress.Parse(text)));

        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AServerThatIsNotThereIsNamed()
    {
        HistoryException fault = Assert.Throws<HistoryException>(
            () => PgBackend.Create().Open(HistoryAddress.Parse("postgres://flows@/runs?host=/nowhere"), TimeProvider.System));

        Assert.Equal(HistoryFault.Unavailable, fault.Kind);
        Assert.StartsWith("The server of the history 'postgres://flows@/runs?host=/nowhere' cannot be reached: ", fault.Message, StringComparison.Ordinal);
    }
}
