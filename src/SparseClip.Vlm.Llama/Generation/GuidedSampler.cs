using LLama.Native;
using SparseClip.Vlm.Core.Grammars;
using SparseClip.Vlm.Llama.Models;

namespace SparseClip.Vlm.Llama.Generation;

/// <summary>
/// Chooses tokens that keep an answer to a grammar. As llama-server does, it asks the chain first for any token, which mostly fits, and only for one that does not looks at the whole vocabulary and asks again among those that fit. The grammar is
/// walked in managed code: llama.cpp's own sampler follows every reading apart, without bounds in time and memory, on the thread that serves everybody.
/// </summary>
internal sealed class GuidedSampler(SafeLLamaSamplerChainHandle chain, Grammar grammar, LlamaModel model)
{
    private readonly GrammarState _state = new(grammar);
    private readonly LLamaTokenData[] _candidates = new LLamaTokenData[model.Info.VocabularySize];

    /// <summary>Whether the answer is whole and nothing may follow.</summary>
    public bool IsFinished => _state.IsComplete && !_state.CanContinue;

    /// <summary>The next token.</summary>
    /// <param name="logits">[vocabulary], finite.</param>
    /// <exception cref="GrammarException">The grammar takes too much work at this place.</exception>
    /// <exception cref="LlamaException">No token of the vocabulary fits.</exception>
    public int Choose(ReadOnlySpan<float> logits)
    {
        _state.Grant();
        var count = 0;
        for (var token = 0; token < _candidates.Length; token++)
        {
            _candidates[count++] = new LLamaTokenData(token, logits[token], 0);
        }

        var chosen = Ask(count);
        if (!Fits(chosen))
        {
            count = 0;
            for (var token = 0; token < _candidates.Length; token++)
            {
                if (Fits(token))
                {
                    _candidates[count++] = new LLamaTokenData(token, logits[token], 0);
                }
            }

            chosen = count > 0 ? Ask(count) : throw new LlamaException("No token of the model fits the grammar at this place.");
        }

        chain.Accept(chosen);
        if (!model.IsEndOfGeneration(chosen))
        {
            _state.Advance(model.Pieces[chosen]);
        }

        return chosen;
    }

    private bool Fits(int token) => model.IsEndOfGeneration(token) ? _state.IsComplete : _state.Accepts(model.Pieces[token]);

    private int Ask(int count)
    {
        using var pinned = LLamaTokenDataArrayNative.Create(new LLamaTokenDataArray(_candidates.AsMemory(0, count), isSorted: false), out var native);
        chain.Apply(ref native);
        return native.Selected >= 0 && (ulong)native.Selected < native.Size
            ? (int)native.Data[(int)native.Selected].ID
            : throw new LlamaException("llama.cpp chose no token.");
    }
}
