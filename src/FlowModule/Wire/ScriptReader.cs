using System.Management.Automation;
using System.Management.Automation.Language;
using FlowModule.Values;

namespace FlowModule.Wire;

/// <summary>
/// Creates script blocks again from their original texts. Used on a thread without a session, so that the blocks
/// run in the language mode of the session that calls them.
/// </summary>
internal sealed class ScriptReader
{
    private const int KeptTexts = 32;

    // The same text returns the same blocks: they are compiled once, not for each run whose input contains one.
    private readonly Dictionary<(string Text, string? File), ParsedText> _known = [];
    private readonly List<ParsedText> _sources = [];

    internal void Reset() => _sources.Clear();

    internal ScriptBlock Read(BinaryReader data)
    {
        int index = data.Read7BitEncodedInt();
        if (index == _sources.Count)
        {
            string text = data.ReadString();
            _sources.Add(Parse(text, data.ReadBoolean() ? data.ReadString() : null));
        }

        ParsedText source = _sources[index];
        int start = data.ReadInt32();
        return start < 0 ? source.Whole : source.At(start, data.ReadInt32(), data.ReadBoolean());
    }

    private ParsedText Parse(string text, string? file)
    {
        if (!_known.TryGetValue((text, file), out ParsedText? parsed))
        {
            if (_known.Count >= KeptTexts)
            {
                _known.Clear();
            }

            _known[(text, file)] = parsed = new ParsedText(text, file);
        }

        return parsed;
    }

    private sealed class ParsedText
    {
        private readonly ScriptBlockAst _root;
        private readonly Dictionary<(int Start, int End, bool IsOutermost), ScriptBlock> _blocks = [];
        private ScriptBlock? _whole;

        // If it cannot be parsed, it could not be parsed for the caller either; the error appears when it runs.
        internal ParsedText(string text, string? file) => _root = Parser.ParseInput(text, file, out _, out _);

        internal ScriptBlock Whole => _whole ??= _root.GetScriptBlock();

        internal ScriptBlock At(int start, int end, bool isOutermost)
        {
            if (!_blocks.TryGetValue((start, end, isOutermost), out ScriptBlock? block))
            {
                IEnumerable<ScriptBlockAst> here = _root.FindAll(
                    ast => ast is ScriptBlockAst && ast.Extent.StartOffset == start && ast.Extent.EndOffset == end, searchNestedScriptBlocks: true)
                    .Cast<ScriptBlockAst>();
                ScriptBlockAst ast = (isOutermost ? here.FirstOrDefault() : here.LastOrDefault())
                    ?? throw new InvalidOperationException($"There is no script block at {start} to {end} of '{_root.Extent.File}'.");
                _blocks[(start, end, isOutermost)] = block = ScriptBlocks.FromBody(ast);
            }

            return block;
        }
    }
}
