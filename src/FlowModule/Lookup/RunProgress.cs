using System.Management.Automation;
using FlowModule.Engine.History;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Lookup;

/// <summary>The progress of a run as a bar: how many of the known runs inside it have ended.</summary>
internal sealed class RunProgress(FollowedRun followed)
{
    private const int MostNames = 3;

    private static int s_lastId = 0x466C_8000;

    private readonly int _id = Interlocked.Increment(ref s_lastId);

    internal FollowedRun Followed => followed;

    internal ProgressRecord Now()
    {
        FlowRunRecord run = followed.Run;
        IReadOnlyDictionary<StateType, int> counts = run.History.CountInside(run.Id);
        int known = counts.Values.Sum();
        int done = counts.Where(count => FlowState.IsFinalType(count.Key)).Sum(count => count.Value);
        string states = string.Join(", ", counts.OrderBy(count => count.Key).Select(count => $"{count.Value} {FlowState.NameOf(count.Key)}"));
        var bar = new ProgressRecord(_id, Activity, known == 0 ? run.State.Name : $"{done} of {known} done: {states}")
        {
            PercentComplete = known == 0 ? -1 : (int)(100L * done / known),
        };
        if (counts.ContainsKey(StateType.Running))
        {
            IEnumerable<string> names = run.History.Find(new RunQuery { Tree = run.Id, States = [nameof(StateType.Running)], Last = MostNames + 1 })
                .Where(inside => inside.Id != run.Id).Take(MostNames).Select(inside => $"{inside.FlowName} '{inside.Name}'");
            bar.CurrentOperation = string.Join(", ", names);
        }

        return bar;
    }

    internal ProgressRecord Completed() => new(_id, Activity, followed.Run.State.Name) { RecordType = ProgressRecordType.Completed };

    private string Activity => $"{followed.Run.FlowName} '{followed.Run.Name}'";
}
