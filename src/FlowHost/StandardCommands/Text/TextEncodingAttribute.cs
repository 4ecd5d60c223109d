using System.Management.Automation;
using System.Text;

namespace FlowModule.FlowHost.StandardCommands;

/// <summary>Lets -Encoding be given by PowerShell's names, a code page's number or name, or an object.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class TextEncodingAttribute : ArgumentTransformationAttribute
{
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object inner = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        return inner switch
        {
            Encoding encoding => encoding,
            int codePage => Encoding.GetEncoding(codePage),
            _ => ByName(LanguagePrimitives.ConvertTo<string>(inner)),
        };
    }

    private static Encoding ByName(string name) => name.ToUpperInvariant() switch
    {
        "UTF8" or "UTF8NOBOM" or "DEFAULT" => TextFiles.DefaultEncoding,
        "UTF8BOM" => new UTF8Encoding(encoderShouldEmitUTF8Identifier: true),
        "UNICODE" => Encoding.Unicode,
        "BIGENDIANUNICODE" => Encoding.BigEndianUnicode,
        "UTF32" => Encoding.UTF32,
        "BIGENDIANUTF32" => new UTF32Encoding(bigEndian: true, byteOrderMark: true),
        "ASCII" => Encoding.ASCII,
        _ => Encoding.GetEncoding(name),
    };
}
