namespace SparseClip.Vlm.Core.Grammars;

/// <summary>How far a text has come in a <see cref="Grammar"/>. For one text and one thread at a time.</summary>
public sealed class GrammarState
{
    // Set by set, after each byte, what may be under way: a place within a rule, and after how many bytes that rule began.
    private readonly List<Item[]> _sets = [];
    private readonly List<Dictionary<int, List<Item>>?> _callers = [];
    private readonly Grammar _grammar;
    private readonly GrammarNetwork _network;
    private readonly HashSet<Item> _seen = [];
    private readonly List<Item> _items = [];
    private readonly bool[] _next = new bool[256];
    private bool _isNextKnown;
    private long _budget;

    /// <summary>At the beginning of a text.</summary>
    public GrammarState(Grammar grammar)
    {
        ArgumentNullException.ThrowIfNull(grammar);
        (_grammar, _network) = (grammar, grammar.Network);
        _budget = MostWork;
        Add(new Item(_network.RuleAt(grammar.Root).Start, 0));
        Complete(0);
    }

    /// <summary>The most steps of work that may be taken at once; a step takes some tens of nanoseconds.</summary>
    public const long MostWork = 20_000_000;

    /// <summary>The steps that a token gains. To look at a whole vocabulary of 50,000 tokens within a string of JSON takes about as many; most tokens take a few.</summary>
    public const long WorkOfToken = 2_000_000;

    /// <summary>Whether the text so far is whole.</summary>
    public bool IsComplete => Array.Exists(_sets[^1], item => item.Origin == 0 && _network[item.State] is { IsEnd: true } state && state.Rule == _grammar.Root);

    /// <summary>Whether more may follow.</summary>
    public bool CanContinue => Array.Exists(_sets[^1], item => _network[item.State].Bytes.Count > 0);

    /// <summary>Allows <see cref="WorkOfToken"/> more, up to <see cref="MostWork"/>. Called for each token, so that a grammar which takes too long fails instead of holding up others.</summary>
    public void Grant() => _budget = Math.Min(MostWork, _budget + WorkOfToken);

    /// <summary>Whether bytes may come next. Changes nothing.</summary>
    /// <param name="text">One byte or more; they need not be whole characters.</param>
    /// <exception cref="GrammarException">Telling that takes too much work.</exception>
    public bool Accepts(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty || !Next()[text[0]])
        {
            return false;
        }

        var before = _sets.Count;
        try
        {
            return TryWalk(text);
        }
        finally
        {
            _sets.RemoveRange(before, _sets.Count - before);
            _callers.RemoveRange(before, _callers.Count - before);
        }
    }

    /// <summary>Goes on by bytes.</summary>
    /// <exception cref="ArgumentException">They may not come next (<see cref="Accepts"/>).</exception>
    /// <exception cref="GrammarException">It takes too much work.</exception>
    public void Advance(ReadOnlySpan<byte> text)
    {
        if (!TryWalk(text))
        {
            throw new ArgumentException("The text does not follow the grammar.", nameof(text));
        }

        _isNextKnown = false;
    }

    /// <summary>Which bytes may come next.</summary>
    private bool[] Next()
    {
        if (!_isNextKnown)
        {
            Array.Clear(_next);
            foreach (var item in _sets[^1])
            {
                foreach (var edge in _network[item.State].Bytes)
                {
                    Spend(1);
                    Array.Fill(_next, true, edge.Low, edge.High - edge.Low + 1);
                }
            }

            _isNextKnown = true;
        }

        return _next;
    }

    private bool TryWalk(ReadOnlySpan<byte> text)
    {
        foreach (var letter in text)
        {
            foreach (var item in _sets[^1])
            {
                foreach (var edge in _network[item.State].Bytes)
                {
                    Spend(1);
                    if (edge.Low <= letter && letter <= edge.High)
                    {
                        Add(new Item(edge.Target, item.Origin));
                    }
                }
            }

            if (_items.Count == 0)
            {
                return false;
            }

            Complete(_sets.Count);
        }

        return true;
    }

    /// <summary>Adds to the places that are reached those that they lead to without a byte, and makes a set of them.</summary>
    private void Complete(int at)
    {
        // The list grows meanwhile.
        for (var i = 0; i < _items.Count; i++)
        {
            var item = _items[i];
            var state = _network[item.State];
            foreach (var call in state.Calls)
            {
                var rule = _network.RuleAt(call.Rule);
                Add(new Item(rule.Start, at));
                if (rule.MayBeEmpty)
                {
                    Add(new Item(call.Target, item.Origin));
                }
            }

            // A rule that ends where it began is empty; who called it has gone on already.
            if (state.IsEnd && item.Origin < at)
            {
                foreach (var caller in Callers(item.Origin).GetValueOrDefault(state.Rule, []))
                {
                    Add(caller);
                }
            }
        }

        _sets.Add([.. _items]);
        _callers.Add(null);
        _items.Clear();
        _seen.Clear();
    }

    /// <summary>Where those go on that called a rule after so many bytes, by the rule.</summary>
    private Dictionary<int, List<Item>> Callers(int at)
    {
        if (_callers[at] is { } known)
        {
            return known;
        }

        var callers = new Dictionary<int, List<Item>>();
        foreach (var item in _sets[at])
        {
            foreach (var call in _network[item.State].Calls)
            {
                Spend(1);
                if (!callers.TryGetValue(call.Rule, out var of))
                {
                    callers[call.Rule] = of = [];
                }

                of.Add(new Item(call.Target, item.Origin));
            }
        }

        return _callers[at] = callers;
    }

    private void Add(Item item)
    {
        Spend(1);
        if (_seen.Add(item))
        {
            _items.Add(item);
        }
    }

    private void Spend(long work)
    {
        if ((_budget -= work) < 0)
        {
            _items.Clear();
            _seen.Clear();
            throw new GrammarException("The grammar can be read in too many ways at this place to go on; write it with fewer.");
        }
    }

    private readonly record struct Item(int State, int Origin);
}
