using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Storage.Tests.Contract;

/// <summary>A backend finds histories by their addresses, and has their processes see each other.</summary>
/// <typeparam name="TOpener">The opener of the store.</typeparam>
public abstract class BackendContract<TOpener> : StoreContract<TOpener>
    where TOpener : class, new()
{
    [StoreFact]
    public void AHistoryExistsOnceItIsOpened()
    {
        Assert.False(Backend.Exists(Address));
        Open();
        Assert.True(Backend.Exists(Address));
    }

    [StoreFact]
    public void AProcessIsPresentUntilItLeaves()
    {
        Open();
        Guid key = Guid.NewGuid();
        IProcessPresence seen = Backend.PresenceAt(Address);
        Assert.Equal(LockEvidence.None, seen.Look(key));

        using (IPresence own = Backend.PresenceAt(Address).Enter(key))
        {
            Assert.True(own.IsThere);
            Assert.Equal(own.IsSeen ? LockEvidence.Held : LockEvidence.None, seen.Look(key));
            Assert.Equal(LockEvidence.None, seen.Look(Guid.NewGuid()));
        }

        Assert.NotEqual(LockEvidence.Held, seen.Look(key));
        seen.Forget(key);
        Assert.Equal(LockEvidence.None, seen.Look(key));
    }

    [StoreFact]
    public void AStoreThatIsClosedIsOfNoUseAndTheOthersGoOn()
    {
        IHistoryStore closed = OpenRegistered();
        RunRow run = Start(Own);
        closed.Dispose();

        Assert.Throws<HistoryException>(() => closed.Find(new RunQuery()));
        Assert.Throws<HistoryException>(() => Start(closed));
        Assert.Equal([run.Id], Ids(Own, new RunQuery()));
    }
}
