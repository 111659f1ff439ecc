using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Modeling.Losses;
using SparseClip.Vlm.Tests.Shared;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Tests.Losses;

public sealed class LossTests
{
    [Fact]
    public void The_contrastive_loss_and_its_gradients_agree_with_OpenClip()
    {
        using var scope = NewDisposeScope();
        using var file = SafetensorsFile.Open(RepositoryFiles.Fixture("losses", "clip_loss.safetensors"));
        var (image, text, scale) = (file.Load("image").requires_grad_(), file.Load("text").requires_grad_(), file.Load("scale").requires_grad_());
        var loss = ClipLoss.Compute(image, text, scale);
        loss.sum().backward();
        Assert.True(loss.reshape(1).allclose(file.Load("loss"), 0, 1e-5));
        Assert.True(image.grad!.allclose(file.Load("image_grad"), 0, 1e-5));
        Assert.True(text.grad!.allclose(file.Load("text_grad"), 0, 1e-5));
        Assert.True(scale.grad!.allclose(file.Load("scale_grad"), 0, 1e-5));
    }

    [Fact]
    public void The_contrastive_loss_by_hand()
    {
        using var scope = NewDisposeScope();
        var codes = eye(2);
        // Each row has logits (2, 0): -ln(e^2 / (e^2 + 1)).
        Assert.Equal(Math.Log(1 + Math.Exp(-2)), ClipLoss.Compute(codes, codes, tensor(2f)).item<float>(), 1e-6);
    }

    [Fact]
    public void The_distillation_loss_by_hand()
    {
        using var scope = NewDisposeScope();
        var teacher = tensor(new[,] { { MathF.Log(3), 0f }, { 0f, 0f } }); // (3/4, 1/4), (1/2, 1/2)
        var image = zeros(2, 3); // the student is uniform
        var names = eye(2, 3);
        var first = (0.75 * Math.Log(1.5)) + (0.25 * Math.Log(0.5));
        Assert.Equal(first / 2, DistillationLoss.Compute(teacher, image, names, tensor(10f)).item<float>(), 1e-6);
        Assert.Equal(0.1 * first / 2, DistillationLoss.Compute(teacher, image, names, tensor(10f), tensor(new[] { 0.1f, 1f })).item<float>(), 1e-6);
    }

    [Fact]
    public void A_student_that_agrees_with_its_teacher_has_no_distillation_loss_and_no_gradient()
    {
        using var scope = NewDisposeScope();
        var (image, names) = (randn(4, 6).requires_grad_(), randn(5, 6));
        var teacher = (3 * image.matmul(names.t())).detach();
        var loss = DistillationLoss.Compute(teacher, image, names, tensor(3f));
        loss.backward();
        Assert.Equal(0, loss.item<float>(), 1e-5);
        Assert.True(image.grad!.abs().max().item<float>() < 1e-5);
    }

    [Fact]
    public void The_naming_loss_by_hand()
    {
        using var scope = NewDisposeScope();
        var image = tensor(new[,] { { 1f, 0f, 0f }, { 0f, 0f, 0f } });
        var labels = eye(3);
        // Logits (2, 0, 0) for the first label; (0, 0, 0) for the first two, half each.
        var first = Math.Log(1 + (2 * Math.Exp(-2)));
        var second = Math.Log(3) - Math.Log(2);
        Assert.Equal((first + second) / 2, NamingLoss.Compute(image, labels, [[0], [0, 1]], tensor(2f)).item<float>(), 1e-6);
    }

    [Fact]
    public void A_picture_of_two_things_has_the_least_naming_loss_between_their_names()
    {
        using var scope = NewDisposeScope();
        var names = eye(4);
        double Loss(float first, float second) => NamingLoss.Compute(
            nn.functional.normalize(tensor(new[,] { { first, second, 0f, 0f } }), dim: 1), names, [[0, 1]], tensor(20f)).item<float>();
        Assert.Equal(0, Loss(1, 1), 1e-4);
        Assert.True(Loss(1, 0.5f) > Loss(1, 0.8f) && Loss(1, 0) > Loss(1, 0.5f) && Loss(1, 1) >= 0);
    }

    [Fact]
    public void The_scale_is_held_under_its_cap_and_can_fall_again()
    {
        using var scope = NewDisposeScope();
        using var scale = new LogitScale(cap: 40, start: 40);
        using var optimizer = optim.SGD(scale.parameters(), 1.0);
        (-scale.Factor()).backward();
        optimizer.step();
        scale.Clamp();
        Assert.Equal(40, scale.Value, 1e-3);
        optimizer.zero_grad();
        (scale.Factor() * 0.01).backward();
        optimizer.step();
        scale.Clamp();
        Assert.True(scale.Value < 40);
    }

    [Fact]
    public void Shapes_that_do_not_belong_together_are_refused()
    {
        using var scope = NewDisposeScope();
        Assert.Throws<ArgumentException>(() => ClipLoss.Compute(zeros(2, 3), zeros(3, 3), tensor(1f)));
        Assert.Throws<ArgumentException>(() => DistillationLoss.Compute(zeros(2, 5), zeros(2, 3), zeros(4, 3), tensor(1f)));
        Assert.Throws<ArgumentException>(() => NamingLoss.Compute(zeros(2, 3), zeros(4, 3), [[0]], tensor(1f)));
        Assert.Throws<ArgumentException>(() => NamingLoss.Compute(zeros(1, 3), zeros(4, 3), [[]], tensor(1f)));
    }
}
