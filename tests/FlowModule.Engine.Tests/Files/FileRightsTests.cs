using FlowModule.Engine.Files;

namespace FlowModule.Engine.Tests.Files;

/// <summary>Which files are used, by their owner and rights.</summary>
public sealed class FileRightsTests
{
    private const uint Me = 1000, Other = 1001, Root = 0;

    [Theory]
    [InlineData(Me, "644", false, null)]
    [InlineData(Me, "600", false, null)]
    [InlineData(Root, "644", false, null)]
    [InlineData(Root, "755", true, null)]
    [InlineData(Other, "600", false, "OfAnother")]
    [InlineData(Other, "700", true, "OfAnother")]
    [InlineData(Other, "1777", true, "OfAnother")]
    [InlineData(Me, "666", false, "WrittenByOthers")]
    [InlineData(Me, "664", false, "WrittenByOthers")]
    [InlineData(Root, "664", false, "WrittenByOthers")]
    [InlineData(Me, "777", true, "WrittenByOthers")]
    [InlineData(Me, "775", true, "WrittenByOthers")]
    [InlineData(Me, "2775", true, "WrittenByOthers")]
    [InlineData(Root, "1777", true, null)]
    [InlineData(Me, "1777", true, null)]
    [InlineData(Me, "1666", false, "WrittenByOthers")]
    public void What_another_owns_or_can_write_is_not_used(uint owner, string mode, bool isFolder, string? fault)
    {
        var rights = new FileRights(owner, 50, (UnixFileMode)Convert.ToInt32(mode, 8), isFolder);
        Assert.Equal(fault, rights.FindFault(Me, static (_, _) => false)?.ToString());
    }

    [Theory]
    [InlineData("664", false, null)]
    [InlineData("775", true, null)]
    [InlineData("666", false, "WrittenByOthers")]
    public void A_group_in_which_its_user_is_alone_may_write(string mode, bool isFolder, string? fault)
    {
        var rights = new FileRights(Me, 50, (UnixFileMode)Convert.ToInt32(mode, 8), isFolder);
        Assert.Equal(fault, rights.FindFault(Me, static (user, group) => (user, group) == (Me, 50u))?.ToString());
    }
}
