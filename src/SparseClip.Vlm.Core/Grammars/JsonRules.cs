using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace SparseClip.Vlm.Core.Grammars;

/// <summary>JSON (RFC 8259) in GBNF: the rules that grammars of schemas share.</summary>
internal static class JsonRules
{
    public const string Value = "value";
    public const string Object = "object";
    public const string String = "string";
    public const string Space = "space";
    public const string Comma = "comma";
    public const string Colon = "colon";

    /// <summary>A letter of a string, as itself or escaped.</summary>
    public const string Letter = "letter";

    /// <summary>
    /// The rules. White space is short, since a model that may go on with blanks for ever sometimes does. Halves of surrogate pairs cannot be escaped, and numbers stay within what a double holds.
    /// </summary>
    public const string Text = """
        value ::= object | array | string | number | boolean | null
        object ::= "{" space (member (comma member)*)? space "}"
        member ::= string colon value
        array ::= "[" space (value (comma value)*)? space "]"
        string ::= "\"" letter* "\""
        letter ::= [^"\\\x01-\x1F\x7F] | "\\" (["\\/bfnrt] | "u" ([0-9a-cA-CefEF] hex hex hex | [dD] [0-7] hex hex))
        hex ::= [0-9a-fA-F]
        number ::= integer ("." [0-9]{1,16})? ([eE] [+-]? [0-9]{1,2})?
        integer ::= "-"? ("0" | [1-9] [0-9]{0,15})
        boolean ::= "true" | "false"
        null ::= "null"
        comma ::= space "," space
        colon ::= ":" space
        space ::= (" " | "\n" [ ]{0,20})?

        """;

    /// <summary>JSON with letters as they are.</summary>
    public static JsonSerializerOptions Plain { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A text as GBNF.</summary>
    public static string Literal(string text)
    {
        var literal = new StringBuilder("\"");
        foreach (var letter in text)
        {
            literal.Append(letter switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                < ' ' => string.Create(CultureInfo.InvariantCulture, $"\\x{(int)letter:X2}"),
                _ => letter.ToString(),
            });
        }

        return literal.Append('"').ToString();
    }
}
