using SparseClip.Vlm.Modeling.Vision;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Clip;

#pragma warning disable IDE1006 // Field names are checkpoint keys.

/// <summary>CLIP's text tower (Radford et al. 2021, section 2.4): a pre-norm transformer in which a token sees those before it.</summary>
public sealed class ClipTextTransformer : nn.Module<Tensor, Tensor>
{
    private readonly Parameter token_embedding; // [V, d]
    private readonly Parameter position_embedding; // [L, d]
    private readonly ModuleList<TransformerBlock> blocks;
    private readonly LayerNorm final_norm;
    private readonly ClipTextConfig config;

    /// <param name="config">Shape of the network.</param>
    public ClipTextTransformer(ClipTextConfig config)
        : base(nameof(ClipTextTransformer))
    {
        ArgumentNullException.ThrowIfNull(config);
        this.config = config;
        token_embedding = new Parameter(randn(config.VocabularySize, config.Width).Times(0.02));
        position_embedding = new Parameter(randn(config.ContextLength, config.Width).Times(0.01));
        blocks = new ModuleList<TransformerBlock>([.. Enumerable.Range(0, config.Depth).Select(_ => new TransformerBlock(config.Blocks))]);
        final_norm = nn.LayerNorm(config.Width, config.NormEps, device: ComputeDevice.Current);
        RegisterComponents();
    }

    /// <param name="ids">[N, T] int64, T at most the context length.</param>
    /// <returns>Normalised states [N, T, d] float32.</returns>
    public override Tensor forward(Tensor ids)
    {
        using var scope = NewDisposeScope();
        var length = ids.shape[1];
        var x = token_embedding[ids].Plus(position_embedding.narrow(0, 0, length));
        var mask = Scalars.Filled([length, length], float.NegativeInfinity).triu(1); // [T, T]
        foreach (var block in blocks)
        {
            x = block.Forward(x, mask);
        }

        return final_norm.forward(x).MoveToOuterDisposeScope();
    }

    /// <summary>The state that stands for each text.</summary>
    /// <param name="texts">Ids from the start token to the end token, without padding: causal attention makes padding after the end token void.</param>
    /// <returns>[N, d] float32.</returns>
    public Tensor Pool(IReadOnlyList<IReadOnlyList<int>> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        using var scope = NewDisposeScope();
        var length = texts.Max(text => text.Count);
        var ids = new long[texts.Count * length];
        for (var i = 0; i < texts.Count; i++)
        {
            for (var j = 0; j < texts[i].Count; j++)
            {
                ids[(i * length) + j] = texts[i][j];
            }
        }

        var states = forward(tensor(ids, [texts.Count, length])); // [N, T, d]
        var rows = Scalars.Range(texts.Count);
        var places = tensor(texts.Select(text => (long)Place(text)).ToArray());
        return states[rows, places].MoveToOuterDisposeScope();
    }

    private int Place(IReadOnlyList<int> text)
    {
        var wanted = config.Pooling == ClipPooling.HighestId ? text.Max() : config.EndToken;
        for (var i = 0; i < text.Count; i++)
        {
            if (text[i] == wanted)
            {
                return i;
            }
        }

        return 0;
    }
}
