using SparseClip.Vlm.Modeling;
using SparseClip.Vlm.Modeling.Baselines;
using SparseClip.Vlm.Tests.Shared;
using SparseClip.Vlm.Training.Autoencoders;
using SparseClip.Vlm.Training.Runs;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Training.Tests.Autoencoders;

[Collection(OneThread.Name)]
public sealed class SparseAutoencoderTrainerTests
{
    private const int Width = 12;
    private const int Atoms = 16;
    private const int Batch = 64;
    private const int Active = 2;

    [Fact]
    public void TopK_recovers_the_atoms_that_embeddings_are_made_of()
    {
        using var scope = NewDisposeScope();
        var atoms = TrueAtoms();
        using var model = SparseAutoencoder.Create(new TopKConfig(Width, 2 * Atoms, Active, AuxiliaryK: 8), seed: 3);
        var reports = new List<TrainingProgress>();
        var trainer = new SparseAutoencoderTrainer(new SparseAutoencoderTrainerOptions(Steps: 800, Rate: 1e-2, WarmupSteps: 20, DeadAfter: 20 * Batch));

        var last = trainer.Train(model, Mixtures(atoms), reports.Add, CancellationToken.None);

        Assert.Equal(8, reports.Count);
        Assert.True(last.Measures["unexplained"] < 0.1 && last.Measures["unexplained"] < reports[0].Measures["unexplained"] / 2, string.Join('\n', reports));
        Assert.InRange(last.Measures["L0"], 1.5, Active);
        var closest = atoms.matmul(model.decoder.t()).amax([1]); // [Atoms]
        Assert.True(closest.gt(0.95).sum().item<long>() >= 0.8 * Atoms, string.Join(" ", closest.data<float>().ToArray()));
        Assert.True(model.decoder.norm(1, false, 2f).allclose(ones(2 * Atoms), 0, 1e-5));
    }

    public static TheoryData<SparseAutoencoderConfig> Others =>
    [
        new ReluL1Config(Width, 2 * Atoms, L1Weight: 0.1),
        new MatryoshkaConfig(Width, 2 * Atoms, Active, AuxiliaryK: 8, Prefixes: [Atoms, 2 * Atoms]),
    ];

    [Theory]
    [MemberData(nameof(Others))]
    public void The_others_learn_as_well(SparseAutoencoderConfig config)
    {
        using var scope = NewDisposeScope();
        using var model = SparseAutoencoder.Create(config, seed: 3);
        var reports = new List<TrainingProgress>();
        var last = new SparseAutoencoderTrainer(new SparseAutoencoderTrainerOptions(Steps: 200, Rate: 1e-2, WarmupSteps: 10, ReportEvery: 20))
            .Train(model, Mixtures(TrueAtoms()), reports.Add, CancellationToken.None);
        Assert.True(last.Measures["unexplained"] < 0.75 * reports[0].Measures["unexplained"], string.Join('\n', reports));
        Assert.True(model.decoder.norm(1, false, 2f).allclose(ones(2 * Atoms), 0, 1e-5));
    }

    [Fact]
    public void Batches_are_taken_one_at_a_time_and_let_go_and_may_end_early()
    {
        var taken = new List<Tensor>();
        using var model = SparseAutoencoder.Create(new TopKConfig(4, 8, 2, 0));
        var trainer = new SparseAutoencoderTrainer(new SparseAutoencoderTrainerOptions(Steps: 100, ReportEvery: 2));
        var reports = new List<TrainingProgress>();
        var last = trainer.Train(model, Stream(), reports.Add, CancellationToken.None);
        Assert.Equal(3, last.Step);
        Assert.Equal([2, 3], reports.Select(report => report.Step));
        Assert.All(taken, batch => Assert.True(batch.IsInvalid));
        Assert.DoesNotContain(model.parameters(), parameter => parameter.requires_grad);

        IEnumerable<Tensor> Stream()
        {
            for (var i = 0; i < 3; i++)
            {
                Assert.All(taken, batch => Assert.True(batch.IsInvalid));
                taken.Add(randn(6, 4));
                yield return taken[^1];
            }
        }
    }

    [Fact]
    public void The_same_seed_and_batches_give_the_same_weights()
    {
        using var scope = NewDisposeScope();
        var atoms = TrueAtoms();
        Tensor Trained()
        {
            using var model = SparseAutoencoder.Create(new TopKConfig(Width, Atoms, Active, 4), seed: 3);
            new SparseAutoencoderTrainer(new SparseAutoencoderTrainerOptions(Steps: 10)).Train(model, Mixtures(atoms), null, CancellationToken.None);
            return model.decoder.detach().clone();
        }

        Assert.True(Trained().allclose(Trained(), 0, 1e-6));
    }

    [Fact]
    public void It_stops_when_asked_and_refuses_what_cannot_be_trained_on()
    {
        using var scope = NewDisposeScope();
        using var model = SparseAutoencoder.Create(new TopKConfig(4, 8, 2, 0));
        var trainer = new SparseAutoencoderTrainer(new SparseAutoencoderTrainerOptions(Steps: 5));
        Assert.Throws<OperationCanceledException>(() => trainer.Train(model, _ => randn(2, 4), null, new CancellationToken(canceled: true)));
        Assert.Throws<ArgumentException>(() => trainer.Train(model, [], null, CancellationToken.None));
        Assert.Throws<ArgumentException>(() => trainer.Train(model, _ => randn(2, 5), null, CancellationToken.None));
        Assert.Throws<TrainingException>(() => trainer.Train(model, _ => full([2, 4], float.NaN), null, CancellationToken.None));
        Assert.Throws<ConfigurationException>(() => new SparseAutoencoderTrainer(new SparseAutoencoderTrainerOptions(Steps: 0)));
    }

    [Fact]
    public void A_latent_is_dead_after_enough_silence_and_alive_with_its_next_activation()
    {
        using var scope = NewDisposeScope();
        using var dead = new DeadLatents(3, after: 4);
        dead.Add(tensor(new[,] { { 1f, 0f, 0f }, { 0f, 0f, 0f } }));
        Assert.Equal(0, dead.Fraction);
        dead.Add(tensor(new[,] { { 0f, 0f, 2f }, { 0f, 0f, 0f } }));
        Assert.Equal([false, true, false], dead.Mask().data<bool>().ToArray());
        Assert.Equal(1 / 3.0, dead.Fraction, 1e-12);
        dead.Add(tensor(new[,] { { 0f, 1f, 0f } }));
        Assert.Equal(0, dead.Fraction);
    }

    private static Tensor TrueAtoms()
    {
        using var random = new Generator(11);
        return nn.functional.normalize(randn([Atoms, Width], generator: random), dim: 1);
    }

    /// <summary>Embeddings that are sums of two atoms with weights 1..2, other ones at each step.</summary>
    private static Func<long, Tensor> Mixtures(Tensor atoms) => step =>
    {
        using var scope = NewDisposeScope();
        using var random = new Generator((ulong)(1000 + step));
        var chosen = rand([Batch, Atoms], generator: random).topk(Active, dim: 1).indexes; // two different atoms a row
        var weights = rand([Batch, Active], generator: random) + 1;
        return zeros(Batch, Atoms).scatter(1, chosen, weights).matmul(atoms).MoveToOuterDisposeScope();
    };
}
