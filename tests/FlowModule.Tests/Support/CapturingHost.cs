using System.Collections.ObjectModel;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;
using System.Text;

namespace FlowModule.Tests.Support;

/// <summary>A host that keeps its output.</summary>
internal sealed class CapturingHost : PSHost
{
    private readonly CapturingUI _ui = new();

    public override string Name => "FlowModule.Tests";

    public override Version Version { get; } = new(1, 0);

    public override Guid InstanceId { get; } = Guid.NewGuid();

    public override CultureInfo CurrentCulture => CultureInfo.InvariantCulture;

    public override CultureInfo CurrentUICulture => CultureInfo.InvariantCulture;

    public override PSHostUserInterface UI => _ui;

    /// <summary>The code of a script's <c>exit</c>, or null.</summary>
    internal int? ExitCode { get; private set; }

    internal string TakeText() => _ui.TakeText();

    /// <summary>The answers to the next questions, as the places of the choices. Without one a question is an error.</summary>
    internal Queue<int> Answers => _ui.Answers;

    /// <summary>The lines that are read next. Without one, reading is an error.</summary>
    internal Queue<string> Lines => _ui.Lines;

    /// <summary>The questions that were asked.</summary>
    internal List<string> Questions => _ui.Questions;

    public override void EnterNestedPrompt() => throw new NotSupportedException();

    public override void ExitNestedPrompt() => throw new NotSupportedException();

    public override void NotifyBeginApplication()
    {
    }

    public override void NotifyEndApplication()
    {
    }

    public override void SetShouldExit(int exitCode) => ExitCode = exitCode;

    private sealed class CapturingUI : PSHostUserInterface
    {
        private readonly StringBuilder _text = new();

        internal Queue<int> Answers { get; } = new();

        internal List<string> Questions { get; } = [];

        internal Queue<string> Lines { get; } = new();

        public override PSHostRawUserInterface? RawUI => null;

        internal string TakeText()
        {
            lock (_text)
            {
                string text = _text.ToString();
                _text.Clear();
                return text;
            }
        }

        public override void Write(string value)
        {
            lock (_text)
            {
                _text.Append(value);
            }
        }

        public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) => Write(value);

        public override void WriteLine(string value) => Write(value + "\n");

        public override void WriteErrorLine(string value) => WriteLine("ERROR: " + value);

        public override void WriteWarningLine(string message) => WriteLine("WARNING: " + message);

        public override void WriteVerboseLine(string message) => WriteLine("VERBOSE: " + message);

        public override void WriteDebugLine(string message) => WriteLine("DEBUG: " + message);

        public override void WriteProgress(long sourceId, ProgressRecord record)
        {
        }

        public override string ReadLine() => Lines.TryDequeue(out string? line) ? line : throw new NotSupportedException("There is nobody.");

        public override SecureString ReadLineAsSecureString() => throw new NotSupportedException();

        public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions) =>
            throw new NotSupportedException();

        public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice)
        {
            Questions.Add(message);
            return Answers.TryDequeue(out int answer) ? answer : throw new NotSupportedException();
        }

        public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) =>
            throw new NotSupportedException();

        public override PSCredential PromptForCredential(
            string caption, string message, string userName, string targetName, PSCredentialTypes allowedCredentialTypes, PSCredentialUIOptions options) =>
            throw new NotSupportedException();
    }
}
