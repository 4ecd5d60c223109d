using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.Storage;

/// <summary>What runs have asked people, and the answers. Members throw <see cref="HistoryException"/>.</summary>
internal interface IInputStore
{
    /// <summary>Keeps a question, unless the run has asked it before, and returns it as it is kept: it was asked at the time of the store.</summary>
    InputQuestion Ask(InputQuestion question);

    /// <summary>A question, or null.</summary>
    InputQuestion? Find(Guid run, string name);

    /// <summary>The questions without an answer, of a run and of all inside of it, in the order that they were asked.</summary>
    IReadOnlyList<InputQuestion> Open(Guid run);

    /// <summary>The questions of all runs without an answer, in the order that they were asked.</summary>
    IReadOnlyList<InputQuestion> Open();

    /// <summary>Keeps an answer. False when there is one already, or no such question.</summary>
    bool Answer(Guid run, string name, string answer);
}
