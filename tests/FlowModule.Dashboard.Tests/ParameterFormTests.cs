using FlowModule.Dashboard.Forms;

namespace FlowModule.Dashboard.Tests;

public sealed class ParameterFormTests
{
    private const string Script = """
        {
            [CmdletBinding(DefaultParameterSetName = 'ByName')]
            param(
                [Parameter(Mandatory, ParameterSetName = 'ByName', HelpMessage = 'Whose report.')] [ValidatePattern('^\w+$')] [string] $Name,
                [Parameter(ParameterSetName = 'ById')] [int] $Id,
                [ValidateSet('a', 'b')] $Kind = 'a',
                [ValidateRange(-2, 10)] [int] $Level,
                [ValidateLength(2, 4)] [string] $Code,
                [switch] $Force,
                [datetime] $At,
                [string[]] $Hosts,
                [securestring] $Secret,
                [pscredential] $Login,
                [hashtable] $Options,
                [double] $Rate
            )
            Remove-Item /
        }
        """;

    [Fact]
    public void A_param_block_says_the_fields_their_kinds_and_their_rules()
    {
        ParameterForm form = ParameterForm.Of(Script);

        Assert.Equal(
            [FieldKind.Text, FieldKind.WholeNumber, FieldKind.Text, FieldKind.WholeNumber, FieldKind.Text, FieldKind.Switch, FieldKind.Date, FieldKind.Text, FieldKind.Secret, FieldKind.Credential, FieldKind.Table, FieldKind.Number],
            form.Fields.Select(field => field.Kind));
        ParameterField name = form.Fields[0];
        Assert.True(name.IsRequired);
        Assert.Equal("Whose report.", name.Help);
        Assert.Equal(["a", "b"], form.Fields[2].Choices);
        Assert.Equal("'a'", form.Fields[2].Default);
        Assert.Equal(("-2", "10"), (form.Fields[3].Minimum, form.Fields[3].Maximum));
        Assert.True(form.Fields[7].IsList);
        Assert.Equal(["ByName", "ById"], form.Sets);
        Assert.Equal("ByName", form.DefaultSet);
    }

    [Theory]
    [InlineData("Name", "a b")]
    [InlineData("Kind", "c")]
    [InlineData("Level", "11")]
    [InlineData("Level", "-3")]
    [InlineData("Level", "1.5")]
    [InlineData("Level", "many")]
    [InlineData("Code", "x")]
    [InlineData("Code", "xxxxx")]
    [InlineData("At", "someday")]
    [InlineData("Options", "@{ A = Get-Date }")]
    [InlineData("Options", "Get-Date")]
    public void What_the_script_would_refuse_is_said_at_its_field(string field, string value)
    {
        var faults = new Dictionary<string, string>(StringComparer.Ordinal);
        ParameterText.Write(ParameterForm.Of(Script), name => name == field ? value : null, faults);

        Assert.Equal([field], faults.Keys);
    }

    [Theory]
    [InlineData("x'; Get-Date; '", "'x''; Get-Date; '''")]
    [InlineData("\u2019$(1)\u2018`n", "'\u2019\u2019$(1)\u2018\u2018`n'")]
    public void A_text_stays_a_text_whatever_is_in_it(string value, string literal)
    {
        string text = ParameterText.Write(ParameterForm.Of("param($A)"), _ => value, new Dictionary<string, string>(StringComparer.Ordinal));

        Assert.Equal($"@{{ 'A' = {literal}; }}", text);
    }

    [Fact]
    public void Lists_switches_and_tables_become_what_PowerShell_takes()
    {
        var given = new Dictionary<string, string?>(StringComparer.Ordinal) { ["Hosts"] = "a\r\nb\n", ["Force"] = "true", ["Options"] = "@{ A = 1 }" };

        string text = ParameterText.Write(ParameterForm.Of(Script), given.GetValueOrDefault, new Dictionary<string, string>(StringComparer.Ordinal));

        Assert.Equal("@{ 'Force' = $true; 'Hosts' = @('a', 'b'); 'Options' = @{ A = 1 }; }", text);
    }

    [Fact]
    public void A_script_without_a_param_block_has_no_fields() => Assert.Empty(ParameterForm.Of("{ 1 }").Fields);
}
