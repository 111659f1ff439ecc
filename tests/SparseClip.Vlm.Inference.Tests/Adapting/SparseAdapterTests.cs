using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Inference.Adapting;
using SparseClip.Vlm.Modeling.Adapter;
using SparseClip.Vlm.Modeling.Sparsity;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Inference.Tests.Adapting;

public sealed class SparseAdapterTests : IDisposable
{
    private const int Dimension = 200;
    private const int Patches = 4;
    private readonly AdapterModel _model;

    public SparseAdapterTests()
    {
        manual_seed(7);
        using var centre = randn(24);
        _model = new AdapterModel(new AdapterConfig(Dimension, 48, 24, Patches, PooledScale: 1.7f, PatchScale: 0.4f, Spread: 0.13f), centre);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        _model.position.copy_(randn(1 + Patches, 24));
        _model.gain.copy_(rand(1 + Patches) + 0.5);
    }

    [Fact]
    public void The_sparse_gather_equals_the_dense_adapter()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var code = Picture(seed: 1);
        var codes = SparseCodes.ToTensor([code.Pooled, .. code.Patches]).unsqueeze(0);
        var dense = _model.forward(codes).contiguous().data<float>().ToArray();
        var sparse = new SparseAdapter(_model.ToArrays()).Adapt(code);
        Assert.Equal(dense.Length, sparse.Length);
        Assert.All(dense.Zip(sparse), pair => Assert.Equal(pair.First, pair.Second, 2e-5f));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void Windows_of_patches_share_an_embedding_as_in_the_dense_adapter(int window)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var model = new AdapterModel(new AdapterConfig(Dimension, 48, 24, 16, PooledScale: 1.7f, PatchScale: 0.4f, Spread: 0.13f, window));
        model.position.copy_(randn_like(model.position));
        var code = Picture(seed: 3, side: 4);
        var dense = model.forward(SparseCodes.ToTensor([code.Pooled, .. code.Patches]).unsqueeze(0)).contiguous().data<float>().ToArray();
        var adapter = new SparseAdapter(model.ToArrays());
        var sparse = adapter.Adapt(code);
        Assert.Equal(1 + (16 / (window * window)), adapter.Embeddings);
        Assert.Equal(dense.Length, sparse.Length);
        Assert.All(dense.Zip(sparse), pair => Assert.Equal(pair.First, pair.Second, 2e-5f));
    }

    [Fact]
    public void An_adapter_reads_back_from_its_file()
    {
        var file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".safetensors");
        _model.Save(file);
        var loaded = SparseAdapter.Load(file);
        File.Delete(file);
        Assert.Equal((Dimension, 24), (loaded.Dimension, loaded.EmbeddingSize));
        Assert.Equal(new SparseAdapter(_model.ToArrays()).Adapt(Picture(seed: 2)), loaded.Adapt(Picture(seed: 2)));
    }

    [Fact]
    public void A_picture_with_other_patches_is_refused()
    {
        var code = new ImageCode(SparseCode.FromDense(new float[Dimension]), [SparseCode.FromDense(new float[Dimension])], 1, 1);
        Assert.Contains("4", Assert.Throws<ArgumentException>(() => new SparseAdapter(_model.ToArrays()).Adapt(code)).Message, StringComparison.Ordinal);
    }

    public void Dispose() => _model.Dispose();

    private static ImageCode Picture(int seed, int side = 2)
    {
        var random = new Random(seed);
        SparseCode Code() => SparseCode.FromDense([.. Enumerable.Range(0, Dimension).Select(_ => random.Next(10) == 0 ? (float)random.NextDouble() * 3 : 0f)]);
        return new ImageCode(Code(), [.. Enumerable.Range(0, side * side).Select(_ => Code())], side, side);
    }
}
