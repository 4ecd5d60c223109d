using System.Text.Json;
using FlowModule.Engine.Schedules.Health;
using FlowModule.Scheduling.Health;
using FlowModule.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace FlowModule.Tests.Health;

/// <summary>The health file of a scheduler.</summary>
public sealed class FileTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly FakeHealth _health = new();
    private readonly FakeTimeProvider _time = new();
    private readonly List<string> _warnings = [];

    private string FullPath => Path.Combine(_folder.FullPath, "health.json");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void It_is_there_at_once_each_ten_seconds_and_when_something_changes()
    {
        using HealthFile file = Keep();
        Assert.Equal((12, "ok"), Read());

        _health.Report = _health.Report with { Schedules = 13 };
        Assert.Equal((12, "ok"), Read());
        _time.Advance(HealthFile.Interval);
        Assert.Equal((13, "ok"), Read());

        _health.Report = _health.Report with { Schedules = 14 };
        file.Refresh();
        Assert.Equal((14, "ok"), Read());
        Assert.Equal([FullPath], Directory.GetFiles(_folder.FullPath));
    }

    [Fact]
    public void It_stays_and_tells_the_end()
    {
        HealthFile file = Keep();
        _health.Report = _health.Report with { Status = HealthStatus.Stopping };
        file.Dispose();
        _health.Report = _health.Report with { Status = HealthStatus.Ok };
        file.Refresh();
        _time.Advance(HealthFile.Interval);

        Assert.Equal((12, "stopping"), Read());
    }

    [Fact]
    public void A_file_that_cannot_be_is_one_clear_error()
    {
        HealthException error = Assert.Throws<HealthException>(() => HealthFile.Keep(Path.Combine(_folder.FullPath, "none", "x"), _health, _time, _warnings.Add));

        Assert.Equal("FlowHealthFileNotWritten", HealthErrors.ToError(error).ErrorRecord.FullyQualifiedErrorId);
    }

    [Fact]
    public void One_that_cannot_be_written_any_more_is_told_once_and_written_again_later()
    {
        using HealthFile file = Keep();
        File.Delete(FullPath);
        Directory.CreateDirectory(FullPath);
        file.Refresh();
        _time.Advance(HealthFile.Interval);
        Assert.StartsWith($"The health file '{FullPath}' cannot be written: ", Assert.Single(_warnings), StringComparison.Ordinal);

        Directory.Delete(FullPath);
        _time.Advance(HealthFile.Interval);
        Assert.Equal((12, "ok"), Read());
    }

    private HealthFile Keep() => HealthFile.Keep(FullPath, _health, _time, _warnings.Add);

    private (int, string?) Read()
    {
        JsonElement report = JsonDocument.Parse(File.ReadAllText(FullPath)).RootElement;
        return (report.GetProperty("schedules").GetInt32(), report.GetProperty("status").GetString());
    }
}
