namespace SparseClip.Vlm.Core.Grammars;

/// <summary>A piece of a rule as it is written.</summary>
internal abstract record GrammarNode
{
    /// <summary>Piece after piece; none is the empty text.</summary>
    public sealed record Sequence(IReadOnlyList<GrammarNode> Parts) : GrammarNode;

    /// <summary>One piece or another.</summary>
    public sealed record Choice(IReadOnlyList<GrammarNode> Parts) : GrammarNode;

    /// <summary>A character of some ranges of code points, sorted and apart.</summary>
    public sealed record Character(IReadOnlyList<(int Low, int High)> Ranges) : GrammarNode;

    /// <summary>What another rule says.</summary>
    public sealed record Reference(string Rule) : GrammarNode;

    /// <summary>A piece several times.</summary>
    /// <param name="Most">Null for any number.</param>
    public sealed record Repeat(GrammarNode Part, int Least, int? Most) : GrammarNode;
}
