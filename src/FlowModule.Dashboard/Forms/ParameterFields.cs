using System.Management.Automation.Language;

namespace FlowModule.Dashboard.Forms;

/// <summary>Creates a field from a parameter of a param block.</summary>
internal static class ParameterFields
{
    internal static ParameterField Of(ParameterAst parameter)
    {
        AttributeAst[] attributes = [.. parameter.Attributes.OfType<AttributeAst>()];
        ITypeName? type = parameter.Attributes.OfType<TypeConstraintAst>().FirstOrDefault()?.TypeName;
        bool isList = type?.IsArray == true;
        AttributeAst[] own = [.. attributes.Where(static attribute => NameOf(attribute) == "PARAMETER")];
        AttributeAst? range = Find(attributes, "VALIDATERANGE"), length = Find(attributes, "VALIDATELENGTH"), set = Find(attributes, "VALIDATESET");
        return new ParameterField
        {
            Name = parameter.Name.VariablePath.UserPath,
            Type = type?.FullName,
            Kind = KindOf((isList ? type!.FullName[..^2] : type?.FullName)?.ToUpperInvariant()),
            IsList = isList,
            IsRequired = Array.Exists(own, static attribute => Flag(attribute, "Mandatory")),
            Choices = set is null ? [] : [.. set.PositionalArguments.Select(TextOf).OfType<string>()],
            Minimum = range?.PositionalArguments is [var least, _] ? TextOf(least) : null,
            Maximum = range?.PositionalArguments is [_, var most] ? TextOf(most) : null,
            LeastLength = length?.PositionalArguments is [var shortest, _] && int.TryParse(TextOf(shortest), out int few) ? few : null,
            MostLength = length?.PositionalArguments is [_, var longest] && int.TryParse(TextOf(longest), out int many) ? many : null,
            Pattern = Find(attributes, "VALIDATEPATTERN")?.PositionalArguments is [var pattern, ..] ? TextOf(pattern) : null,
            Default = parameter.DefaultValue?.Extent.Text,
            Help = Array.Find([.. own.Select(static attribute => Named(attribute, "HelpMessage")).OfType<ExpressionAst>().Select(TextOf)], static text => text is not null),
            Sets = [.. own.Select(static attribute => Named(attribute, "ParameterSetName")).OfType<ExpressionAst>().Select(TextOf).OfType<string>()],
        };
    }

    /// <summary>The name of an attribute, without its namespace and "Attribute", in capital letters.</summary>
    internal static string NameOf(AttributeAst attribute)
    {
        string name = attribute.TypeName.Name.ToUpperInvariant();
        name = name[(name.LastIndexOf('.') + 1)..];
        return name.EndsWith("ATTRIBUTE", StringComparison.Ordinal) ? name[..^"ATTRIBUTE".Length] : name;
    }

    private static AttributeAst? Find(AttributeAst[] attributes, string name) => Array.Find(attributes, attribute => NameOf(attribute) == name);

    private static FieldKind KindOf(string? type) => type?[(type.LastIndexOf('.') + 1)..] switch
    {
        "INT" or "INT32" or "LONG" or "INT64" or "SHORT" or "INT16" or "BYTE" or "UINT" or "UINT32" or "ULONG" or "UINT64" or "UINT16" or "USHORT" => FieldKind.WholeNumber,
        "DOUBLE" or "FLOAT" or "SINGLE" or "DECIMAL" => FieldKind.Number,
        "SWITCH" or "SWITCHPARAMETER" or "BOOL" or "BOOLEAN" => FieldKind.Switch,
        "DATETIME" or "DATETIMEOFFSET" => FieldKind.Date,
        "SECURESTRING" => FieldKind.Secret,
        "PSCREDENTIAL" => FieldKind.Credential,
        "HASHTABLE" or "IDICTIONARY" or "ORDERED" or "ORDEREDDICTIONARY" => FieldKind.Table,
        _ => FieldKind.Text,
    };

    private static ExpressionAst? Named(AttributeAst attribute, string name) =>
        attribute.NamedArguments.FirstOrDefault(argument => argument.ArgumentName.Equals(name, StringComparison.OrdinalIgnoreCase))?.Argument;

    private static bool Flag(AttributeAst attribute, string name) => attribute.NamedArguments
        .FirstOrDefault(argument => argument.ArgumentName.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } argument
        && (argument.ExpressionOmitted || argument.Argument.Extent.Text is "$true" or "1");

    private static string? TextOf(ExpressionAst expression) => expression switch
    {
        ConstantExpressionAst constant => Convert.ToString(constant.Value, System.Globalization.CultureInfo.InvariantCulture),
        UnaryExpressionAst { TokenKind: TokenKind.Minus, Child: ConstantExpressionAst constant } => "-" + Convert.ToString(constant.Value, System.Globalization.CultureInfo.InvariantCulture),
        _ => null,
    };
}
