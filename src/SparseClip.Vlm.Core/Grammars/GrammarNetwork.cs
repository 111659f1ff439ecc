namespace SparseClip.Vlm.Core.Grammars;

/// <summary>
/// The rules of a grammar as networks of states: an edge takes a byte or follows a rule, which may call itself (Woods, Transition Network Grammars, 1970). Characters are the bytes of their UTF-8, so that parts of characters can be walked.
/// </summary>
internal sealed class GrammarNetwork
{
    private readonly List<State> _states = [];
    private readonly Rule[] _rules;

    private GrammarNetwork(int rules) => _rules = new Rule[rules];

    public Rule RuleAt(int rule) => _rules[rule];

    public State this[int state] => _states[state];

    /// <exception cref="GrammarException">A rule is named that is not there, or there are too many states.</exception>
    public static GrammarNetwork Of(IReadOnlyList<string> names, IReadOnlyDictionary<string, GrammarNode> rules)
    {
        var network = new GrammarNetwork(names.Count);
        var numbers = names.Index().ToDictionary(name => name.Item, name => name.Index, StringComparer.Ordinal);
        for (var rule = 0; rule < names.Count; rule++)
        {
            var (start, end) = (network.Add(rule), network.Add(rule));
            network._rules[rule] = new Rule(start, end);
            network.Connect(rules[names[rule]], start, end, rule, numbers, names[rule]);
        }

        network.LeaveOutEmptyEdges();
        network.FindEmptyRules();
        return network;
    }

    /// <summary>A rule that no text follows; null for none.</summary>
    public int? Endless()
    {
        var endless = Array.IndexOf(Ending(anyByte: true), false);
        return endless < 0 ? null : endless;
    }

    /// <summary>The rules whose end can be reached: by any text, or by the empty one alone.</summary>
    private bool[] Ending(bool anyByte)
    {
        var ending = new bool[_rules.Length];
        var reached = new bool[_states.Count];
        var waiting = new List<int>?[_rules.Length];
        var open = new Stack<int>(_rules.Select(rule => rule.Start));
        while (open.TryPop(out var at))
        {
            if (reached[at])
            {
                continue;
            }

            reached[at] = true;
            var state = _states[at];
            if (state.IsEnd && !ending[state.Rule])
            {
                ending[state.Rule] = true;
                waiting[state.Rule]?.ForEach(open.Push);
            }

            if (anyByte)
            {
                state.Bytes.ForEach(edge => open.Push(edge.Target));
            }

            foreach (var call in state.Calls)
            {
                if (ending[call.Rule])
                {
                    open.Push(call.Target);
                }
                else
                {
                    (waiting[call.Rule] ??= []).Add(call.Target);
                }
            }
        }

        return ending;
    }

    private void FindEmptyRules()
    {
        var empty = Ending(anyByte: false);
        for (var rule = 0; rule < _rules.Length; rule++)
        {
            _rules[rule] = _rules[rule] with { MayBeEmpty = empty[rule] };
        }
    }

    private void Connect(GrammarNode node, int from, int to, int rule, IReadOnlyDictionary<string, int> numbers, string name)
    {
        switch (node)
        {
            case GrammarNode.Sequence sequence:
                var at = from;
                foreach (var part in sequence.Parts)
                {
                    var next = Add(rule);
                    Connect(part, at, next, rule, numbers, name);
                    at = next;
                }

                _states[at].Empty.Add(to);
                break;
            case GrammarNode.Choice choice:
                foreach (var part in choice.Parts)
                {
                    Connect(part, from, to, rule, numbers, name);
                }

                break;
            case GrammarNode.Character character:
                Connect(character, from, to, rule);
                break;
            case GrammarNode.Reference reference:
                var called = numbers.TryGetValue(reference.Rule, out var number)
                    ? number
                    : throw new GrammarException($"The grammar's rule '{name}' names '{reference.Rule}', which is no rule of it.");
                _states[from].Calls.Add(new CallEdge(called, to));
                break;
            case GrammarNode.Repeat repeat:
                Repeat(repeat, from, to, rule, numbers, name);
                break;
        }
    }

    private void Repeat(GrammarNode.Repeat repeat, int from, int to, int rule, IReadOnlyDictionary<string, int> numbers, string name)
    {
        // Begins in a state that nothing else leaves, so that what comes back to it takes no other way.
        var at = Add(rule);
        _states[from].Empty.Add(at);
        for (var time = 0; time < (repeat.Most ?? repeat.Least); time++)
        {
            if (time >= repeat.Least)
            {
                _states[at].Empty.Add(to);
            }

            var next = Add(rule);
            Connect(repeat.Part, at, next, rule, numbers, name);
            at = next;
        }

        if (repeat.Most is null)
        {
            var (begin, end) = (Add(rule), Add(rule));
            _states[at].Empty.Add(begin);
            Connect(repeat.Part, begin, end, rule, numbers, name);
            _states[end].Empty.Add(begin);
            at = begin;
        }

        _states[at].Empty.Add(to);
    }

    private void Connect(GrammarNode.Character character, int from, int to, int rule)
    {
        // Ends of sequences that are alike are one: most are continuations of any value.
        var tails = new Dictionary<(byte Low, byte High, int Target), int>();
        foreach (var bytes in character.Ranges.SelectMany(range => CodePointRanges.Utf8(range.Low, range.High)))
        {
            var target = to;
            for (var i = bytes.Length - 1; i > 0; i--)
            {
                var edge = (bytes[i].Low, bytes[i].High, target);
                if (!tails.TryGetValue(edge, out var tail))
                {
                    tails[edge] = tail = Add(rule);
                    _states[tail].Bytes.Add(new ByteEdge(edge.Low, edge.High, edge.target));
                }

                target = tail;
            }

            _states[from].Bytes.Add(new ByteEdge(bytes[0].Low, bytes[0].High, target));
        }
    }

    private int Add(int rule)
    {
        if (_states.Count == Grammar.MostStates)
        {
            throw new GrammarException($"The grammar is too large: it has more than {Grammar.MostStates} states; repeat less, or fewer things.");
        }

        _states.Add(new State(rule));
        return _states.Count - 1;
    }

    /// <summary>Gives each state the edges of all states that it reaches without a byte.</summary>
    private void LeaveOutEmptyEdges()
    {
        var edges = 0;
        var own = _states.Select(state => (state.Bytes.ToArray(), state.Calls.ToArray())).ToArray();
        for (var start = 0; start < _states.Count; start++)
        {
            var state = _states[start];
            state.IsEnd = _rules[state.Rule].End == start;
            if (state.Empty.Count == 0)
            {
                continue;
            }

            var seen = new HashSet<int> { start };
            var open = new Stack<int>(state.Empty);
            while (open.TryPop(out var at))
            {
                if (!seen.Add(at))
                {
                    continue;
                }

                var (bytes, calls) = own[at];
                state.Bytes.AddRange(bytes);
                state.Calls.AddRange(calls);
                state.IsEnd |= _rules[state.Rule].End == at;
                edges += bytes.Length + calls.Length + 1;
                _states[at].Empty.ForEach(open.Push);
                if (edges > Grammar.MostEdges)
                {
                    throw new GrammarException("The grammar is too large: too many things may follow one another; repeat less, or fewer things.");
                }
            }
        }
    }

    /// <summary>Takes a byte of a range.</summary>
    internal readonly record struct ByteEdge(byte Low, byte High, int Target);

    /// <summary>Takes a text that follows a rule.</summary>
    internal readonly record struct CallEdge(int Rule, int Target);

    /// <summary>A rule's first and last state, and whether the empty text follows it.</summary>
    internal readonly record struct Rule(int Start, int End, bool MayBeEmpty = false);

    /// <summary>A place within a rule.</summary>
    internal sealed class State(int rule)
    {
        public int Rule { get; } = rule;

        public List<ByteEdge> Bytes { get; } = [];

        public List<CallEdge> Calls { get; } = [];

        /// <summary>States that stand for this one as well; looked at while the network is made.</summary>
        public List<int> Empty { get; } = [];

        /// <summary>Whether the rule may end here.</summary>
        public bool IsEnd { get; set; }
    }
}
