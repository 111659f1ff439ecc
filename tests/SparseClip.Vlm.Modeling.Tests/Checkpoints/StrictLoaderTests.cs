using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Tests.Shared;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Tests.Checkpoints;

public sealed class StrictLoaderTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly TorchSharp.Modules.Linear layer = nn.Linear(3, 2);

    public void Dispose()
    {
        layer.Dispose();
        folder.Dispose();
    }

    private string Write(params (string Name, Tensor Value)[] tensors)
    {
        SafetensorsWriter.Write(folder.File("w"), tensors.Select(t => KeyValuePair.Create(t.Name, t.Value)));
        return folder.File("w");
    }

    [Fact]
    public void Values_are_copied_by_name_under_a_prefix_whatever_their_type()
    {
        using var scope = NewDisposeScope();
        using var file = SafetensorsFile.Open(Write(("a.weight", ones(2, 3).to_type(ScalarType.Float16)), ("a.bias", zeros(2)), ("b.other", zeros(1))));
        StrictLoader.Load(layer, file, "a.");
        Assert.Equal(6, layer.weight!.sum().item<float>());
        Assert.Equal(ScalarType.Float32, layer.weight.dtype);
        Assert.True(layer.weight.requires_grad);
    }

    [Fact]
    public void A_missing_tensor_throws_with_its_name_and_shape()
    {
        using var scope = NewDisposeScope();
        using var file = SafetensorsFile.Open(Write(("weight", ones(2, 3))));
        var error = Assert.Throws<CheckpointException>(() => StrictLoader.Load(layer, file));
        Assert.Equal("bias", error.Tensor);
        Assert.Contains("[2]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_extra_tensor_throws_unless_it_is_known()
    {
        using var scope = NewDisposeScope();
        using var file = SafetensorsFile.Open(Write(("weight", ones(2, 3)), ("bias", zeros(2)), ("extra", zeros(5, 7))));
        var error = Assert.Throws<CheckpointException>(() => StrictLoader.Load(layer, file));
        Assert.Equal("extra", error.Tensor);
        Assert.Contains("[5, 7]", error.Message, StringComparison.Ordinal);
        StrictLoader.Load(layer, file, ignoreInFile: name => name == "extra");
    }

    [Fact]
    public void A_misshaped_tensor_throws_with_both_shapes_and_changes_nothing()
    {
        using var scope = NewDisposeScope();
        var before = layer.bias!.detach().clone();
        using var file = SafetensorsFile.Open(Write(("weight", ones(3, 2)), ("bias", full(2, 9f))));
        var error = Assert.Throws<CheckpointException>(() => StrictLoader.Load(layer, file));
        Assert.Equal("weight", error.Tensor);
        Assert.Contains("[3, 2]", error.Message, StringComparison.Ordinal);
        Assert.Contains("[2, 3]", error.Message, StringComparison.Ordinal);
        Assert.True(before.allclose(layer.bias, 0, 0));
    }
}
