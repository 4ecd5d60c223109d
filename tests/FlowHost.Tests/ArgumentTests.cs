using FlowModule.FlowHost.Tests.Support;

namespace FlowModule.FlowHost.Tests;

public sealed class ArgumentTests : IDisposable
{
    private const string Script = """
        param([string]$Name, [int]$Count = 1, [switch]$Go, [Parameter(ValueFromRemainingArguments)]$Rest)
        "[$Name] [$Count $($Count.GetType().Name)] [$Go] [$($Rest -join '|')]"
        """;

    private readonly ScriptFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("[two words] [5 Int32] [True] [a|b]", "-Name", "two words", "-Count", "5", "-Go", "a", "b")]
    [InlineData("[pos] [3 Int32] [False] []", "pos", "3")]
    [InlineData("[x] [1 Int32] [False] []", "-Name:x", "-Go:$false")]
    [InlineData("[x] [1 Int32] [True] []", "-Name:", "x", "-Go:$true")]
    [InlineData("[quote\" 'n' $dollar] [1 Int32] [False] []", "quote\" 'n' $dollar")]
    [InlineData("[@file] [2 Int32] [False] [-h|--version]", "@file", "2", "-h", "--version")]
    [InlineData("[] [1 Int32] [False] []", "")]
    public void Arguments_reach_the_script_as_with_pwsh_File(string expected, params string[] arguments)
    {
        FlowResult result = _folder.Run(Script, arguments);

        Assert.Equal((0, expected, ""), (result.ExitCode, result.Output, result.Error));
    }

    [Fact]
    public void A_script_without_parameters_gets_args()
    {
        Assert.Equal("-a|b|5", _folder.Run("$args -join '|'", "-a", "b", "5").Output);
    }

    [Fact]
    public void A_mandatory_parameter_that_is_missing_is_bad_input_and_asks_nobody()
    {
        FlowResult result = _folder.Run("param([Parameter(Mandatory)]$Name) 'ran'");

        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.Contains("missing mandatory parameters: Name", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_argument_that_does_not_convert_is_bad_input()
    {
        FlowResult result = _folder.Run(Script, "-Count", "many");

        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.Contains("'Count'", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_script_knows_where_it_is()
    {
        string path = _folder.Add("$PSScriptRoot; $PSCommandPath; $MyInvocation.MyCommand.Path; $MyInvocation.MyCommand.Name");

        FlowResult result = FlowProcess.Invoke(["run", Path.GetRelativePath(Environment.CurrentDirectory, path)]);

        Assert.Equal([Path.GetDirectoryName(path)!, path, path, "test.ps1"], result.Lines);
    }
}
