using System.Collections.ObjectModel;
using System.Management.Automation.Language;

namespace FlowModule.Dashboard.Forms;

/// <summary>The parameters of a script as the fields of a form, read from its param block: the script is not run for that.</summary>
internal sealed class ParameterForm
{
    private ParameterForm(IReadOnlyList<ParameterField> fields, IReadOnlyList<string> sets, string? defaultSet)
    {
        Fields = fields;
        Sets = sets;
        DefaultSet = defaultSet;
    }

    /// <summary>The fields, in the order of the block.</summary>
    internal IReadOnlyList<ParameterField> Fields { get; }

    /// <summary>The parameter sets, where there are several.</summary>
    internal IReadOnlyList<string> Sets { get; }

    /// <summary>The set that is meant when nothing is said.</summary>
    internal string? DefaultSet { get; }

    /// <summary>The form of a script's text; of one that does not parse, a form without fields.</summary>
    internal static ParameterForm Of(string script)
    {
        ScriptBlockAst whole = Parser.ParseInput(script, out _, out _);
        ParamBlockAst? block = (whole.ParamBlock is null ? Body(whole) : whole)?.ParamBlock;
        if (block is null)
        {
            return new ParameterForm([], [], null);
        }

        ParameterField[] fields = [.. block.Parameters.Select(ParameterFields.Of)];
        string[] sets = [.. fields.SelectMany(static field => field.Sets).Distinct(StringComparer.OrdinalIgnoreCase)];
        return new ParameterForm(fields, sets.Length > 1 ? sets : [], DefaultSetOf(block.Attributes));
    }

    /// <summary>The history keeps a script block with its braces: what is meant is inside.</summary>
    private static ScriptBlockAst? Body(ScriptBlockAst whole) => whole.EndBlock?.Statements is [PipelineAst { PipelineElements: [CommandExpressionAst { Expression: ScriptBlockExpressionAst inner }] }]
        ? inner.ScriptBlock
        : null;

    private static string? DefaultSetOf(ReadOnlyCollection<AttributeAst> attributes) => attributes
        .Where(static attribute => ParameterFields.NameOf(attribute) == "CMDLETBINDING")
        .SelectMany(static attribute => attribute.NamedArguments)
        .FirstOrDefault(static argument => argument.ArgumentName.Equals("DefaultParameterSetName", StringComparison.OrdinalIgnoreCase))?.Argument is StringConstantExpressionAst name
            ? name.Value
            : null;
}

/// <summary>A parameter as a field.</summary>
public sealed record ParameterField
{
    public required string Name { get; init; }

    /// <summary>The type as the script writes it, or null.</summary>
    internal string? Type { get; init; }

    public required FieldKind Kind { get; init; }

    internal bool IsRequired { get; init; }

    /// <summary>Whether there may be several values, one a line.</summary>
    internal bool IsList { get; init; }

    /// <summary>The values that there are to choose from; none for any.</summary>
    internal IReadOnlyList<string> Choices { get; init; } = [];

    internal string? Minimum { get; init; }

    internal string? Maximum { get; init; }

    /// <summary>A regular expression that a value has to match, or null.</summary>
    internal string? Pattern { get; init; }

    internal int? LeastLength { get; init; }

    internal int? MostLength { get; init; }

    /// <summary>The default as the script writes it, or null.</summary>
    internal string? Default { get; init; }

    /// <summary>What the script says of it, or null.</summary>
    internal string? Help { get; init; }

    /// <summary>The parameter sets that it is in; none for all.</summary>
    internal IReadOnlyList<string> Sets { get; init; } = [];
}

/// <summary>How a field is shown.</summary>
public enum FieldKind
{
    /// <summary>A line of text.</summary>
    Text,

    /// <summary>A whole number.</summary>
    WholeNumber,

    /// <summary>Any number.</summary>
    Number,

    /// <summary>Yes or no.</summary>
    Switch,

    /// <summary>A date with a time.</summary>
    Date,

    /// <summary>Text that is not shown.</summary>
    Secret,

    /// <summary>A user name and a password.</summary>
    Credential,

    /// <summary>Names with values, as a hashtable's text.</summary>
    Table,
}
