using System.Text;

namespace FlowModule.FlowHost.Tests;

/// <summary>The standard commands that the build without the PowerShell SDK brings, all cases in one process.</summary>
public sealed class StandardCommandTests(StandardCommandTests.OneRun run) : IClassFixture<StandardCommandTests.OneRun>
{
    public static TheoryData<string> Scripts { get; } = [.. StandardCommandCases.All.Select(item => item.Script)];

    [Theory]
    [MemberData(nameof(Scripts))]
    public void A_standard_command_does_what_pwsh_s_does(string script)
    {
        int index = Array.FindIndex(StandardCommandCases.All, item => string.Equals(item.Script, script, StringComparison.Ordinal));

        Assert.Equal(StandardCommandCases.All[index].Expected, run.OutputOf(index));
    }

    [Fact]
    public void No_case_writes_an_error_of_its_own() => Assert.Empty(run.Error);

    /// <summary>Runs all cases, each between two marks.</summary>
    public sealed class OneRun : IDisposable
    {
        private const string Mark = "=== case ";

        private readonly ScriptFolder _folder = new();
        private readonly string[] _outputs;
        private readonly FlowResult _result;

        public OneRun()
        {
            StringBuilder script = new("Set-Location $PSScriptRoot\n");
            foreach ((string body, string _) in StandardCommandCases.All)
            {
                // Joined by spaces, so that a case is a line here; a text of several lines stays one.
                script.Append('\'').Append(Mark).Append("'\n(& { ").Append(body).Append(" } | ForEach-Object { \"$_\" }) -join ' '\n");
            }

            _result = _folder.Run(script.ToString());
            _outputs = _result.Output.Split(Mark + '\n')[1..];
        }

        public string Error => _result.Error;

        public string OutputOf(int index)
        {
            Assert.True(index < _outputs.Length, "The script ended early. " + _result.Error);
            return _outputs[index].TrimEnd('\n');
        }

        public void Dispose() => _folder.Dispose();
    }
}
