using FlowModule.Engine.Storage;
using FlowModule.PostgreSql;

namespace FlowModule.Storage.Tests.PostgreSql;

/// <summary>Histories that have a name in the user's service file.</summary>
[Collection(nameof(StoreSecrets))]
public sealed class PgServiceFileTests : IDisposable
{
    private const string Text =
        """
        # Comments and empty lines say nothing.

        [prod]
        host=db1
        port = 5433
        dbname=runs
        user=flows
        sslmode=require
        password=a=b c

        [test.2]
        dbname=try
        schema=night
        passfile=/etc/flow/pgpass
        [prod]
        host=never
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("flow-service").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void AnEntryIsReadAsPsqlReadsIt()
    {
        PgSettings prod = Take("prod", Text), test = Take("test.2", Text);

        Assert.Equal(("db1", 5433, "runs", "flows", "a=b c"), (prod.Connection.Host, prod.Connection.Port, prod.Connection.Database, prod.Connection.Username, prod.Connection.Password));
        Assert.Equal("Require", prod.Connection.SslMode.ToString());
        Assert.Equal(("try", "night", "/etc/flow/pgpass", null), (test.Connection.Database, test.Schema, test.Connection.Passfile, test.Connection.Password));
    }

    [Fact]
    public void ASecretOfAVaultIsAPassword()
    {
        StoreSecrets.Reader = static (name, vault, _) => $"{vault ?? "any"}-{name}";
        try
        {
            Assert.Equal("mine-db/prod", Take("a", "[a]\nsecret=mine/db/prod").Connection.Password);
            Assert.Equal("any-db", Take("a", "[a]\nsecret=db").Connection.Password);
        }
        finally
        {
            StoreSecrets.Reader = null;
        }
    }

    [Theory]
    [InlineData("prd", Text, "There is no entry 'prd' in '*'. It has: prod, test.2.")]
    [InlineData("prd", "", "There is no entry 'prd' in '*'. It is empty.")]
    [InlineData("prd", null, "There is no entry 'prd', because there is no file '*'. It has the lines [prd], host=")]
    [InlineData("a", "[a]\nhost=x\ncolour=red", "Line 3 of '*' cannot be used: 'colour' is unknown. There may be host, port")]
    [InlineData("a", "[a]\nport=x", "Line 2 of '*' cannot be used: 'x' is no port.")]
    [InlineData("a", "[a]\nhost", "Line 2 of '*' is neither [name] nor name=value.")]
    public void WhatCannotBeUsedIsRefusedWithTheReason(string entry, string? text, string message) =>
        Assert.StartsWith($"The history 'postgres:{entry}' cannot be used. {message.Replace("*", PathOfFile, StringComparison.Ordinal)}", Refusal(entry, text).Message, StringComparison.Ordinal);

    [Fact]
    public void AFileThatOthersCanReadIsRefused()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        Write("[a]\nhost=x");
        foreach (UnixFileMode others in new[] { UnixFileMode.GroupRead, UnixFileMode.OtherRead, UnixFileMode.OtherWrite })
        {
            File.SetUnixFileMode(PathOfFile, UnixFileMode.UserRead | UnixFileMode.UserWrite | others);

            Assert.Contains("chmod", Assert.Throws<HistoryException>(() => Settings("a").Take(new PgServiceFile(PathOfFile), "a")).Message, StringComparison.Ordinal);
            Assert.Throws<HistoryException>(() => new PgServiceFile(PathOfFile).Names);
        }
    }

    [Fact]
    public void TheNamesOfTheEntriesAreListed()
    {
        Assert.Empty(new PgServiceFile(PathOfFile).Names);

        Write(Text);

        Assert.Equal(["prod", "test.2"], new PgServiceFile(PathOfFile).Names);
    }

    private string PathOfFile => Path.Combine(_folder, ".pg_service.conf");

    private static PgSettings Settings(string entry) => PgSettings.OfVariables(HistoryAddress.Parse($"postgres:{entry}"));

    private PgSettings Take(string entry, string? text)
    {
        if (text is not null)
        {
            Write(text);
        }

        PgSettings settings = Settings(entry);
        settings.Take(new PgServiceFile(PathOfFile), entry);
        return settings;
    }

    private HistoryException Refusal(string entry, string? text) => Assert.Throws<HistoryException>(() => Take(entry, text));

    private void Write(string text)
    {
        File.WriteAllText(PathOfFile, text);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(PathOfFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }
}
