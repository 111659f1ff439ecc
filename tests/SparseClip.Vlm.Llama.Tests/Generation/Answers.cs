using System.Text;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Llama.Generation;
using SparseClip.Vlm.Llama.Models;

namespace SparseClip.Vlm.Llama.Tests.Generation;

/// <summary>Collects what an engine says.</summary>
internal sealed record Answer(string Text, GenerationFinished End, IReadOnlyList<PrefillProgress> Prefill)
{
    /// <summary>The tokens, where the request asks for them.</summary>
    public IReadOnlyList<ChosenToken> Chosen { get; private init; } = [];

    public static async Task<Answer> Of(GenerationEngine engine, GenerationRequest request, CancellationToken cancellationToken = default)
    {
        var text = new StringBuilder();
        var prefill = new List<PrefillProgress>();
        var chosen = new List<ChosenToken>();
        GenerationFinished? end = null;
        await foreach (var happened in engine.GenerateAsync(request, cancellationToken))
        {
            Assert.Null(end);
            switch (happened)
            {
                case PrefillProgress progress:
                    prefill.Add(progress);
                    break;
                case TokenText piece:
                    text.Append(piece.Text);
                    chosen.AddRange(piece.Tokens);
                    break;
                case GenerationFinished finished:
                    end = finished;
                    break;
            }
        }

        return new Answer(text.ToString(), Assert.IsType<GenerationFinished>(end), prefill) { Chosen = chosen };
    }

    /// <summary>A question in the template's own words: control tokens in it are read as such.</summary>
    public static GenerationRequest Ask(LlamaModel model, string text, int tokens = 24) =>
        new([Tokens(model, text, parseSpecial: true)], new SamplingOptions(tokens));

    /// <summary>A text as a segment.</summary>
    public static TokenSegment Tokens(LlamaModel model, string text, bool parseSpecial = false) =>
        new(model.Tokenize(text, addSpecial: false, parseSpecial));
}
