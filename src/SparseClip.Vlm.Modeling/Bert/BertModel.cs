using SparseClip.Vlm.Modeling.Vision;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Bert;

#pragma warning disable IDE1006 // Field names are checkpoint keys.

/// <summary>
/// BERT (Devlin et al. 2019) for one text at a time: token, position and type embeddings, normed, and post-norm transformer layers in which every token sees every other. Its pooler and
/// its second type of text are not part of it.
/// </summary>
public sealed class BertModel : nn.Module
{
    private readonly Parameter word_embedding; // [V, d]
    private readonly Parameter position_embedding; // [L, d], that of the one type of text added
    private readonly LayerNorm embedding_norm;
    private readonly ModuleList<BertLayer> layers;

    /// <param name="config">The shape.</param>
    public BertModel(BertConfig config)
        : base(nameof(BertModel))
    {
        ArgumentNullException.ThrowIfNull(config);
        Config = config;
        word_embedding = new Parameter(randn(config.VocabularySize, config.Width).Times(0.02));
        position_embedding = new Parameter(randn(config.Positions, config.Width).Times(0.02));
        embedding_norm = nn.LayerNorm(config.Width, config.NormEps, device: ComputeDevice.Current);
        layers = new ModuleList<BertLayer>([.. Enumerable.Range(0, config.Depth).Select(_ => new BertLayer(config.Layers))]);
        RegisterComponents();
        this.OwnTensors();
    }

    /// <summary>The shape it was built with.</summary>
    public BertConfig Config { get; }

    /// <summary>The states after the last layer.</summary>
    /// <param name="ids">[N, T] int64, T at most the number of positions.</param>
    /// <param name="mask">[N, T] float32: 1 where there is a token, 0 where a shorter text is filled up.</param>
    /// <returns>[N, T, d] float32.</returns>
    public Tensor Forward(Tensor ids, Tensor mask)
    {
        ArgumentNullException.ThrowIfNull(ids);
        ArgumentNullException.ThrowIfNull(mask);
        using var scope = NewDisposeScope();
        var x = embedding_norm.forward(word_embedding[ids].Plus(position_embedding.narrow(0, 0, ids.shape[1])));
        var hidden = mask.Minus(1).Times(1e9).unsqueeze(1).unsqueeze(1); // [N, 1, 1, T]: 0 for tokens, so low elsewhere that a softmax leaves nothing
        foreach (var layer in layers)
        {
            x = layer.Forward(x, hidden);
        }

        return x.MoveToOuterDisposeScope();
    }

    /// <summary>The mean of each text's states, at length 1: what sentence embeddings of the MiniLM family are (Reimers and Gurevych 2019, "mean pooling").</summary>
    /// <param name="texts">Ids with the tokens around them; at least one text.</param>
    /// <returns>[N, d] float32, unit rows.</returns>
    public Tensor Pool(IReadOnlyList<IReadOnlyList<int>> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        using var scope = NewDisposeScope();
        var length = texts.Max(text => text.Count);
        var ids = new long[texts.Count * length];
        var mask = new float[ids.Length];
        for (var i = 0; i < texts.Count; i++)
        {
            for (var j = 0; j < texts[i].Count; j++)
            {
                (ids[(i * length) + j], mask[(i * length) + j]) = (texts[i][j], 1);
            }
        }

        long[] shape = [texts.Count, length];
        var present = tensor(mask, shape);
        var states = Forward(tensor(ids, shape), present);
        var sum = present.unsqueeze(1).matmul(states).squeeze(1); // a length of 1 makes sum and mean the same
        return nn.functional.normalize(sum, dim: 1).MoveToOuterDisposeScope();
    }
}

/// <summary>A post-norm transformer layer.</summary>
internal sealed class BertLayer : nn.Module
{
    private readonly SelfAttention attention;
    private readonly LayerNorm attention_norm;
    private readonly Mlp mlp;
    private readonly LayerNorm mlp_norm;

    public BertLayer(TransformerShape shape)
        : base(nameof(BertLayer))
    {
        attention = new SelfAttention(shape.Width, shape.Heads, 0.02);
        attention_norm = nn.LayerNorm(shape.Width, shape.NormEps, device: ComputeDevice.Current);
        mlp = new Mlp(shape.Width, shape.MlpWidth, shape.Activation, 0.02);
        mlp_norm = nn.LayerNorm(shape.Width, shape.NormEps, device: ComputeDevice.Current);
        RegisterComponents();
    }

    /// <param name="x">[N, T, d] -> [N, T, d]</param>
    /// <param name="mask">[N, 1, 1, T], as <see cref="SelfAttention.Forward"/> takes it.</param>
    public Tensor Forward(Tensor x, Tensor mask)
    {
        var y = attention_norm.forward(x.Plus(attention.Forward(x, mask)));
        return mlp_norm.forward(y.Plus(mlp.forward(y)));
    }
}
