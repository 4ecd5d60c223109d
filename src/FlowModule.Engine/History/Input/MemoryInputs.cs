using FlowModule.Engine.Runs;
using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.History.Input;

/// <summary>The questions of runs that are not recorded, for as long as they run.</summary>
internal sealed class MemoryInputs : IInputStore
{
    internal static readonly MemoryInputs Instance = new();

    private readonly object _gate = new();
    private readonly List<InputQuestion> _questions = [];

    public InputQuestion Ask(InputQuestion question)
    {
        lock (_gate)
        {
            if (Find(question.Run, question.Name) is { } known)
            {
                return known;
            }

            // Runs that are over ask nothing more.
            _questions.RemoveAll(static old => ActiveRuns.Find(old.Run) is null);
            _questions.Add(question);
            return question;
        }
    }

    public InputQuestion? Find(Guid run, string name)
    {
        lock (_gate)
        {
            return _questions.Find(question => IsSame(question, run, name));
        }
    }

    public IReadOnlyList<InputQuestion> Open()
    {
        lock (_gate)
        {
            return _questions.FindAll(static question => question.Answer is null);
        }
    }

    public IReadOnlyList<InputQuestion> Open(Guid run)
    {
        lock (_gate)
        {
            return _questions.FindAll(question => question.Answer is null && IsInside(question.Run, run));
        }
    }

    public bool Answer(Guid run, string name, string answer)
    {
        lock (_gate)
        {
            int index = _questions.FindIndex(question => IsSame(question, run, name));
            if (index < 0 || _questions[index].Answer is not null)
            {
                return false;
            }

            _questions[index] = _questions[index] with { Answer = answer };
            return true;
        }
    }

    private static bool IsSame(InputQuestion question, Guid run, string name) =>
        question.Run == run && string.Equals(question.Name, name, StringComparison.OrdinalIgnoreCase);

    private static bool IsInside(Guid inner, Guid outer)
    {
        for (FlowRun? run = ActiveRuns.Find(inner); run is not null; run = run.Parent)
        {
            if (run.Id == outer)
            {
                return true;
            }
        }

        return false;
    }
}
