using System.Globalization;
using System.Text;

namespace SparseClip.Vlm.Core.Grammars;

/// <summary>
/// Reads GBNF, llama.cpp's notation of grammars (grammars/README.md there): <c>name ::= ...</c> a line, texts in quotes, characters in brackets, <c>.</c>, groups, <c>|</c>,
/// <c>* + ? {m} {m,} {m,n}</c>, comments from <c>#</c>. A rule goes on in the next line within parentheses and after <c>|</c>. Tokens (<c>&lt;name&gt;</c>) are not taken, since they mean something in one vocabulary alone.
/// </summary>
internal sealed class GbnfReader(string text)
{
    /// <summary>How deep groups may stand in one another.</summary>
    public const int Deepest = 64;

    /// <summary>The most times that something may be repeated.</summary>
    public const int MostTimes = 2000;

    private const int MostRepeats = 4;

    private int _at;
    private int _depth;

    /// <summary>The rules by their names.</summary>
    /// <exception cref="GrammarException">It is no GBNF; the message says in which line.</exception>
    public IReadOnlyDictionary<string, GrammarNode> Read()
    {
        var rules = new Dictionary<string, GrammarNode>(StringComparer.Ordinal);
        Skip(lines: true);
        while (_at < text.Length)
        {
            var name = Name();
            Skip(lines: false);
            Take("::=");
            Skip(lines: true);
            if (!rules.TryAdd(name, Choice(nested: false)))
            {
                throw Wrong($"the rule '{name}' stands there twice");
            }

            if (_at < text.Length && text[_at] is not ('\r' or '\n'))
            {
                throw Wrong($"'{Shown()}' does not belong there");
            }

            Skip(lines: true);
        }

        return rules;
    }

    private GrammarNode Choice(bool nested)
    {
        var parts = new List<GrammarNode> { Sequence(nested) };
        while (Is('|'))
        {
            _at++;
            Skip(lines: true);
            parts.Add(Sequence(nested));
        }

        return parts.Count == 1 ? parts[0] : new GrammarNode.Choice(parts);
    }

    private GrammarNode Sequence(bool nested)
    {
        var parts = new List<GrammarNode>();
        while (Part() is { } part)
        {
            Skip(nested);
            for (var times = 1; Times() is var (least, most); times++)
            {
                if (times > MostRepeats)
                {
                    throw Wrong($"more than {MostRepeats} repetitions stand in a row");
                }

                part = new GrammarNode.Repeat(part, least, most);
                Skip(nested);
            }

            parts.Add(part);
        }

        return parts.Count == 1 ? parts[0] : new GrammarNode.Sequence(parts);
    }

    /// <summary>The next piece; null where the sequence ends.</summary>
    private GrammarNode? Part()
    {
        switch (Next())
        {
            case '"':
                return Literal();
            case '[':
                return Class();
            case '.':
                _at++;
                return new GrammarNode.Character(CodePointRanges.All);
            case '(':
                return Group();
            case '<' or '!':
                throw Wrong("tokens are not taken; write their text");
            case '*' or '+' or '?' or '{':
                throw Wrong($"nothing stands before '{Shown()}' that could be repeated");
            case { } letter when IsOfName(letter):
                return new GrammarNode.Reference(Name());
            default:
                return null;
        }
    }

    private GrammarNode.Sequence Literal()
    {
        _at++;
        var characters = new List<GrammarNode>();
        while (!Is('"'))
        {
            var letter = Character();
            characters.Add(new GrammarNode.Character(Checked(CodePointRanges.Of([(letter, letter)]))));
        }

        _at++;
        return new GrammarNode.Sequence(characters);
    }

    private GrammarNode.Character Class()
    {
        _at++;
        var isOther = Is('^');
        _at += isOther ? 1 : 0;
        var ranges = new List<(int Low, int High)>();
        while (!Is(']'))
        {
            var low = Character();
            var high = low;
            if (Is('-') && _at + 1 < text.Length && text[_at + 1] != ']')
            {
                _at++;
                high = Character();
                if (high < low)
                {
                    throw Wrong("a range of characters ends before it begins");
                }
            }

            ranges.Add((low, high));
        }

        _at++;
        if (ranges.Count == 0)
        {
            throw Wrong("the brackets hold no character");
        }

        var characters = CodePointRanges.Of(ranges);
        return new GrammarNode.Character(Checked(isOther ? CodePointRanges.Not(characters) : characters));
    }

    private GrammarNode Group()
    {
        if (++_depth > Deepest)
        {
            throw Wrong($"groups stand in one another more than {Deepest} deep");
        }

        _at++;
        Skip(lines: true);
        var choice = Choice(nested: true);
        Take(")");
        _depth--;
        // One piece for what repeats it.
        return choice;
    }

    private (int Least, int? Most)? Times()
    {
        switch (Next())
        {
            case '*':
                _at++;
                return (0, null);
            case '+':
                _at++;
                return (1, null);
            case '?':
                _at++;
                return (0, 1);
            case '{':
                _at++;
                var least = Number();
                int? most = least;
                if (Is(','))
                {
                    _at++;
                    Skip(lines: false);
                    most = Next() is >= '0' and <= '9' ? Number() : null;
                }

                Take("}");
                return most < least ? throw Wrong($"{{{least},{most}}} ends before it begins") : (least, most);
            default:
                return null;
        }
    }

    private int Number()
    {
        Skip(lines: false);
        var start = _at;
        while (Next() is >= '0' and <= '9')
        {
            _at++;
        }

        var digits = text.AsSpan(start, _at - start);
        Skip(lines: false);
        return digits.Length > 0 && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= MostTimes
            ? number
            : throw Wrong($"{{ }} takes whole numbers up to {MostTimes}");
    }

    /// <summary>A character of a text or of brackets.</summary>
    private int Character()
    {
        if (_at == text.Length)
        {
            throw Wrong("a quote or bracket is never closed");
        }

        if (text[_at] != '\\')
        {
            if (Rune.DecodeFromUtf16(text.AsSpan(_at), out var rune, out var used) != System.Buffers.OperationStatus.Done)
            {
                throw Wrong("there is half a surrogate pair, which is no character");
            }

            _at += used;
            return rune.Value;
        }

        _at += 2;
        return (_at - 1 < text.Length ? text[_at - 1] : '\0') switch
        {
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'x' => Hexadecimal(2),
            'u' => Hexadecimal(4),
            'U' => Hexadecimal(8),
            var letter and ('\\' or '"' or '[' or ']' or '-') => letter,
            _ => throw Wrong("an escape is none of \\n \\r \\t \\xHH \\uHHHH \\UHHHHHHHH \\\\ \\\" \\[ \\] \\-"),
        };
    }

    private int Hexadecimal(int digits)
    {
        _at += digits;
        return _at <= text.Length && uint.TryParse(text.AsSpan(_at - digits, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) && Rune.IsValid(value)
            ? (int)value
            : throw Wrong($"an escape needs {digits} hexadecimal digits of a character");
    }

    private string Name()
    {
        var start = _at;
        while (Next() is { } letter && IsOfName(letter))
        {
            _at++;
        }

        return _at > start ? text[start.._at] : throw Wrong(_at < text.Length ? $"a rule's name is expected where '{Shown()}' stands" : "a rule's name is expected at the end");
    }

    private void Take(string expected)
    {
        if (string.CompareOrdinal(text, _at, expected, 0, expected.Length) != 0)
        {
            throw Wrong(_at < text.Length ? $"'{expected}' is expected where '{Shown()}' stands" : $"'{expected}' is expected at the end");
        }

        _at += expected.Length;
    }

    private void Skip(bool lines)
    {
        while (Next() is { } letter && (letter is ' ' or '\t' or '#' || (lines && letter is '\r' or '\n')))
        {
            if (letter == '#')
            {
                var end = text.AsSpan(_at).IndexOfAny('\r', '\n');
                _at = end < 0 ? text.Length : _at + end;
            }
            else
            {
                _at++;
            }
        }
    }

    private IReadOnlyList<(int Low, int High)> Checked(IReadOnlyList<(int Low, int High)> ranges) =>
        ranges.Count > 0 ? ranges : throw Wrong("no character fits: U+0000 cannot be asked for");

    private char? Next() => _at < text.Length ? text[_at] : null;

    private bool Is(char letter) => Next() == letter;

    private string Shown() => char.IsHighSurrogate(text[_at]) && _at + 1 < text.Length ? text.Substring(_at, 2) : text[_at].ToString();

    private static bool IsOfName(char letter) => char.IsAsciiLetterOrDigit(letter) || letter == '-';

    private GrammarException Wrong(string what) => new($"The grammar cannot be read: in line {text.AsSpan(0, Math.Min(_at, text.Length)).Count('\n') + 1}, {what}.");
}
