using FlowModule.Engine.Storage;

namespace FlowModule.Engine.Tests.History;

public sealed class HistoryAddressTests
{
    [Fact]
    public void TheSameFileIsTheSameAddress()
    {
        string path = Path.Combine(Path.GetTempPath(), "a", "history.db");
        HistoryAddress address = HistoryAddress.OfFile(path), same = HistoryAddress.Parse(Path.Combine(Path.GetTempPath(), "b", "..", "a", "history.db"));

        Assert.Equal(address, same);
        Assert.Equal(address.GetHashCode(), same.GetHashCode());
        Assert.Equal((HistoryAddress.FileScheme, path, path), (address.Scheme, address.Path, address.ToString()));
        Assert.NotEqual(address, HistoryAddress.OfFile(path + "2"));
        Assert.Equal(OperatingSystem.IsLinux(), !address.Equals(HistoryAddress.OfFile(Path.Combine(Path.GetTempPath(), "A", "history.db"))));
    }

    [Theory]
    [InlineData("postgres:flows", "postgres", "flows")]
    [InlineData("postgres:", "postgres", "")]
    public void ASchemeSaysWhatOpensIt(string text, string scheme, string place)
    {
        HistoryAddress address = HistoryAddress.Parse(text);

        Assert.Equal((scheme, place, null), (address.Scheme, address.Place, address.Path));
        Assert.Equal(text, address.ToString());
        Assert.Equal(address, HistoryAddress.Parse(text));
        Assert.NotEqual(address, HistoryAddress.Parse("other:" + place));
    }

    [Theory]
    [InlineData("history.db")]
    [InlineData("C:history.db")]
    [InlineData("./postgres:x")]
    [InlineData("Folder:history.db")]
    public void AllElseIsThePathOfAFile(string text) =>
        Assert.Equal(Path.GetFullPath(text), HistoryAddress.Parse(text).Path);

    [Fact]
    public void AFileMayBeNamedWithItsScheme() => Assert.Equal(HistoryAddress.OfFile("history.db"), HistoryAddress.Parse("sqlite:history.db"));

    [Theory]
    [InlineData("postgres://me:p@ss:word@db1/flows", "postgres://me:***@db1/flows")]
    [InlineData("postgres://me@db1/flows?sslmode=require&password=secret&schema=s", "postgres://me@db1/flows?sslmode=require&password=***&schema=s")]
    [InlineData("postgres://me@db1:5432/flows", null)]
    [InlineData("postgres:", null)]
    public void AnAddressIsShownWithoutItsPassword(string text, string? shown) => Assert.Equal(shown, HistoryAddress.Parse(text).WithoutPassword());
}
