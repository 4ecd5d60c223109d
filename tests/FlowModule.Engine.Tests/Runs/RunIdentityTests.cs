using FlowModule.Engine.Runs;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace FlowModule.Engine.Tests.Runs;

public class RunIdentityTests
{
    [Property]
    public Property An_id_is_a_UUID_of_version_7_that_holds_its_time() => Prop.ForAll(Times, time =>
    {
        Guid id = RunId.New(time);
        byte[] bytes = id.ToByteArray(bigEndian: true);

        Assert.Equal(7, bytes[6] >> 4);
        Assert.Equal(0b10, bytes[8] >> 6);
        Assert.Equal(time.ToUnixTimeMilliseconds(), Convert.ToInt64(Convert.ToHexString(bytes, 0, 6), 16));
    });

    [Property]
    public Property Ids_sort_by_the_time_of_their_runs() => Prop.ForAll(Times, Times, (one, other) =>
    {
        long apart = one.ToUnixTimeMilliseconds() - other.ToUnixTimeMilliseconds();
        Guid first = RunId.New(one), second = RunId.New(other);

        Assert.True(apart == 0 || Math.Sign(first.CompareTo(second)) == Math.Sign(apart));
        Assert.True(apart == 0 || Math.Sign(string.CompareOrdinal(first.ToString(), second.ToString())) == Math.Sign(apart));
    });

    [Fact]
    public void No_two_ids_of_one_moment_are_the_same()
    {
        DateTimeOffset now = DateTimeOffset.UnixEpoch.AddYears(56);

        Assert.Equal(10_000, Enumerable.Range(0, 10_000).Select(_ => RunId.New(now)).Distinct().Count());
    }

    [Fact]
    public void A_name_is_two_words()
    {
        string[] names = [.. Enumerable.Range(0, 2_000).Select(_ => RunName.New())];

        Assert.All(names, name => Assert.Matches("^[a-z]+-[a-z]+$", name));
        Assert.True(names.Distinct().Count() > 1_000, "The names repeat too often to tell runs apart.");
    }

    private static Arbitrary<DateTimeOffset> Times =>
        Gen.Choose(0, int.MaxValue).SelectMany(seconds => Gen.Choose(0, 999).Select(
            milliseconds => DateTimeOffset.UnixEpoch.AddSeconds(seconds).AddMilliseconds(milliseconds))).ToArbitrary();
}
