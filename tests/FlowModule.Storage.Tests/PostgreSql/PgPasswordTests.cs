using FlowModule.Engine.Storage;
using FlowModule.PostgreSql;
using FlowModule.Storage.Tests.Support;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace FlowModule.Storage.Tests.PostgreSql;

/// <summary>A password of a vault that is changed while a process uses it, on a server that asks for passwords.</summary>
[Collection(nameof(StoreSecrets))]
public sealed class PgPasswordTests : IDisposable
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"flow-services-{Guid.NewGuid():N}");
    private readonly SecretCache _known = StoreSecrets.Known;
    private readonly FakeTimeProvider _time = new();
    private string? _password = "first-7";
    private int _asked;

    public PgPasswordTests() => StoreSecrets.Known = new SecretCache(
        (_, _) =>
        {
            _asked++;
            return _password ?? throw new HistoryException(HistoryFault.Unavailable, "It is locked.");
        },
        _time);

    public void Dispose()
    {
        StoreSecrets.Known = _known;
        File.Delete(_file);
    }

    [PostgreSqlFact]
    public void APasswordThatTheServerRefusesIsReadAgain()
    {
        PostgreSqlServer server = PostgreSqlServer.New();
        server.Run("CREATE ROLE asked LOGIN SUPERUSER PASSWORD 'first-7'");
        server.Run($"COPY (VALUES ('local asked all scram-sha-256'), ('local all asked scram-sha-256'), ('local all all trust')) TO '{server.Folder}/data/pg_hba.conf'");
        server.Restart();
        File.WriteAllText(_file, $"[kept]\nsecret=rotated\nhost={server.Folder}\ndbname=postgres\nuser=asked\nschema=one");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        PgPlace place = PgPlace.Of(HistoryAddress.Parse("postgres:kept"), new PgServiceFile(_file));
        place.Connect().Dispose();
        using var session = new PgSession(place, "test");
        session.Open();
        Assert.Equal(1, _asked);

        server.Run("ALTER ROLE asked PASSWORD 'second-8'");
        server.Run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'asked'");

        // The vault does not have it yet, and is not asked at each attempt.
        _time.Advance(SecretCache.AskEach);
        Assert.Equal("28P01", Assert.Throws<PostgresException>(() => place.Connect()).SqlState);
        Assert.Equal("28P01", Assert.Throws<PostgresException>(() => place.Connect()).SqlState);
        Assert.Equal(2, _asked);
        _password = "second-8";
        _time.Advance(SecretCache.AskEach);
        Assert.Equal([1], session.Query("SELECT 1", static row => row.Int(0)));
        place.ConnectPooled().Dispose();
        place.Connect().Dispose();
        Assert.Equal(3, _asked);

        // Who read the old one before is served without another question.
        PgPlace late = PgPlace.Of(HistoryAddress.Parse("postgres:kept"), new PgServiceFile(_file));
        late.ConnectPooled().Dispose();
        Assert.Equal(3, _asked);

        // Another password would not help.
        _time.Advance(SecretCache.AskEach);
        server.Run("ALTER ROLE asked NOLOGIN");
        Assert.Equal("28000", Assert.Throws<PostgresException>(() => place.Connect()).SqlState);
        Assert.Equal(3, _asked);
        server.Run("ALTER ROLE asked LOGIN PASSWORD 'third-9'");
        _password = null;
        Assert.Equal("The server of the history 'postgres:kept' refuses the password that was read before. It is locked.", Assert.Throws<HistoryException>(() => place.Connect()).Message);
    }
}
