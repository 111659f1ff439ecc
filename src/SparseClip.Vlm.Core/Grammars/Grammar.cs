namespace SparseClip.Vlm.Core.Grammars;

/// <summary>
/// A grammar that an answer keeps to, ready to be walked byte by byte (<see cref="GrammarState"/>). Immutable and thread-safe. Any grammar that is written in GBNF is taken, ambiguous and left-recursive ones too: it is walked in the
/// manner of Earley (An Efficient Context-Free Parsing Algorithm, 1970), whose work grows with a power of the text's length where following every reading apart grows without bound, in memory too.
/// </summary>
public sealed class Grammar
{
    /// <summary>The longest text of a grammar, in UTF-16 units.</summary>
    public const int LongestText = 256 * 1024;

    /// <summary>The most states that one may have.</summary>
    internal const int MostStates = 60_000;

    /// <summary>The most edges.</summary>
    internal const int MostEdges = 2_000_000;

    private const string RootName = "root";

    private Grammar(string text, GrammarNetwork network, int root) => (Text, Network, Root) = (text, network, root);

    /// <summary>The grammar as it was written.</summary>
    public string Text { get; }

    internal GrammarNetwork Network { get; }

    /// <summary>The rule that a whole text follows.</summary>
    internal int Root { get; }

    /// <summary>Reads a grammar in GBNF, llama.cpp's notation; a text follows its rule <c>root</c>.</summary>
    /// <param name="text">The rules, at most <see cref="LongestText"/> characters.</param>
    /// <exception cref="GrammarException">It cannot be read, has no rule <c>root</c>, names a rule that it does not have, has one that never ends, or is too large.</exception>
    public static Grammar Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > LongestText)
        {
            throw new GrammarException($"The grammar has {text.Length} characters; {LongestText} are the most.");
        }

        var rules = new GbnfReader(text).Read();
        if (!rules.ContainsKey(RootName))
        {
            throw new GrammarException($"The grammar has no rule '{RootName}', with which a text begins.");
        }

        var names = rules.Keys.ToList();
        var network = GrammarNetwork.Of(names, rules);
        return network.Endless() is { } endless
            ? throw new GrammarException($"The grammar's rule '{names[endless]}' never ends: no text follows it.")
            : new Grammar(text, network, names.IndexOf(RootName));
    }
}
