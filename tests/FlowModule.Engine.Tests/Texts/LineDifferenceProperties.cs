using FlowModule.Engine.Texts;
using FsCheck;
using FsCheck.Xunit;

namespace FlowModule.Engine.Tests.Texts;

public sealed class LineDifferenceProperties
{
    [Property]
    public void Equal_texts_have_no_difference(byte[] lines) => Assert.Equal(new LineDifference(0, 0, 0), LineDifference.Between(Text(lines), Text(lines)));

    [Property]
    public void What_is_added_and_removed_makes_the_one_as_long_as_the_other(byte[] before, byte[] after)
    {
        LineDifference found = LineDifference.Between(Text(before), Text(after));

        Assert.Equal(Count(after) - Count(before), found.Added - found.Removed);
        Assert.InRange(found.Removed, 0, Count(before));
        Assert.InRange(found.Added, 0, Count(after));
    }

    [Property]
    public void The_other_way_round_what_was_added_is_removed(byte[] before, byte[] after)
    {
        LineDifference one = LineDifference.Between(Text(before), Text(after));
        LineDifference other = LineDifference.Between(Text(after), Text(before));

        Assert.Equal((one.Added, one.Removed, one.FirstLine), (other.Removed, other.Added, other.FirstLine));
    }

    [Property]
    public void Lines_put_in_are_all_that_was_added(byte[] lines, byte place, PositiveInt count)
    {
        int at = Count(lines) == 0 ? 0 : place % Count(lines);
        List<string> more = [.. Text(lines).Split('\n')];
        more.InsertRange(at, Enumerable.Repeat("new", count.Get));

        Assert.Equal(new LineDifference(count.Get, 0, at + 1), LineDifference.Between(Text(lines), string.Join('\n', more)));
    }

    // Few different lines, so that many are equal; an empty text has one line too.
    private static string Text(byte[] lines) => string.Join('\n', lines.Select(line => $"{line % 4}"));

    private static int Count(byte[] lines) => Math.Max(1, lines.Length);
}
