using System.Text;
using FlowModule.Scheduling.Instances;
using FlowModule.Tests.Support;

namespace FlowModule.Tests.Scheduling;

/// <summary>Secrets that a script's process has reported are masked in everything that comes from it.</summary>
public sealed class InstanceMasksTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_no_text_is_not_changed_and_a_secret_in_it_is_found()
    {
        var masks = new InstanceMasks();
        byte[] output = [0xff, 0x80, .. "a wörd b\n"u8, 0xc3];
        Assert.True(masks.MaskOutput(output).SequenceEqual(output));
        Assert.Equal("a wörd", masks.Mask("a wörd"));

        masks.Add("wörd");

        Assert.Equal([0xff, 0x80, .. "a *** b\n"u8, 0xc3], masks.MaskOutput(output).ToArray());
        Assert.Equal("ä ***", masks.Mask("ä wörd"));
        Assert.Null(masks.Mask(null));
    }

    /// <summary>A page of JSON on one line arrives in pieces of any size.</summary>
    [Fact]
    public void A_secret_in_a_long_line_is_found_wherever_the_line_is_cut()
    {
        string path = Path.Combine(_folder.FullPath, "a.log");
        var output = new InstanceOutput(new InstanceLog(path));
        output.Masks.Add("hunter22");
        string line = string.Concat(Enumerable.Repeat("hunter22,", 40_000));

        output.Read(new MemoryStream(Encoding.UTF8.GetBytes(line + "\nlast hunter22")));
        output.WaitForEnd(TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(60));

        Assert.Equal(line.Replace("hunter22", "***", StringComparison.Ordinal) + "\nlast ***\n", File.ReadAllText(path));
        Assert.Equal("last ***", output.LastLines[^1]);
    }
}
