using System.Text;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Llama.Generation;

namespace SparseClip.Vlm.Llama.Tests.Generation;

/// <summary>Collects what an engine says.</summary>
internal sealed record Answer(string Text, GenerationFinished End, IReadOnlyList<PrefillProgress> Prefill)
{
    public static async Task<Answer> Of(GenerationEngine engine, GenerationRequest request, CancellationToken cancellationToken = default)
    {
        var text = new StringBuilder();
        var prefill = new List<PrefillProgress>();
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
                    break;
                case GenerationFinished finished:
                    end = finished;
                    break;
            }
        }

        return new Answer(text.ToString(), Assert.IsType<GenerationFinished>(end), prefill);
    }

    public static GenerationRequest Ask(string text, int tokens = 24, bool special = true) =>
        new([new TextSegment(text, special)], new SamplingOptions(tokens));
}
