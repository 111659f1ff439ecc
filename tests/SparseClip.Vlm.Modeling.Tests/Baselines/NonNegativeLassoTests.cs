using CsCheck;
using SparseClip.Vlm.Modeling.Baselines;
using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Tests.Shared;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Tests.Baselines;

public sealed class NonNegativeLassoTests
{
    [Theory]
    [InlineData("0.01")]
    [InlineData("0.001")]
    public void It_agrees_with_scikit_learn(string alpha)
    {
        using var scope = NewDisposeScope();
        using var file = SafetensorsFile.Open(RepositoryFiles.Fixture("losses", "nonnegative_lasso.safetensors"));
        using var lasso = new NonNegativeLasso(file.Load("dictionary"));
        var solution = Solve(lasso, file.Load("targets"), double.Parse(alpha), tolerance: 1e-13);
        Assert.True(solution.Converged, $"gap {solution.LargestGap} after {solution.Iterations}");
        Assert.InRange((solution.Weights - file.Load($"solution_alpha_{alpha}")).abs().max().item<double>(), 0, 1e-5);
    }

    [Fact]
    public void In_float32_with_thin_products_it_finds_the_same()
    {
        using var scope = NewDisposeScope();
        using var random = new Generator(3);
        var dictionary = nn.functional.normalize(randn([12, 40], generator: random), dim: 0); // more atoms than twice the rows
        var targets = nn.functional.normalize(rand([9, 40], generator: random).matmul(dictionary.t()), dim: 1);
        using var exact = new NonNegativeLasso(dictionary.to_type(ScalarType.Float64));
        using var quick = new NonNegativeLasso(dictionary);
        var (a, b) = (Solve(exact, targets, 0.01, 1e-12), Solve(quick, targets, 0.01));
        Assert.True(a.Converged && b.Converged, $"{a.LargestGap}, {b.LargestGap}");
        var difference = a.Weights.matmul(dictionary.t().to_type(ScalarType.Float64)) - b.Weights.matmul(dictionary.t());
        Assert.InRange(difference.abs().max().item<double>(), 0, 5e-3);
    }

    [Fact]
    public void On_an_orthonormal_dictionary_it_is_a_shifted_ReLU() =>
        Gen.Double[-2, 2].Array[6].Select(Gen.Double[0.01, 0.5]).Sample((values, alpha) =>
        {
            using var scope = NewDisposeScope();
            using var lasso = new NonNegativeLasso(eye(3, dtype: ScalarType.Float64));
            var targets = tensor(values, [2, 3]);
            var expected = nn.functional.relu(targets - (3 * alpha)); // n alpha
            return Solve(lasso, targets, alpha, 1e-12).Weights.allclose(expected, 0, 1e-5);
        });

    [Fact]
    public void Solutions_meet_the_conditions_of_an_optimum() =>
        Gen.Double[-0.4, 0.4].Array[20].Select(Gen.Double[-1, 1].Array[8]).Sample((atoms, values) =>
        {
            using var scope = NewDisposeScope();
            var (dictionary, target) = (eye(4, 5, dtype: ScalarType.Float64) + tensor(atoms, [4, 5]), tensor(values, [2, 4]));
            using var lasso = new NonNegativeLasso(dictionary);
            var weights = Solve(lasso, target, 0.05, 1e-12).Weights;
            // No atom correlates more with the residual than n alpha, and those in use exactly so much.
            var slack = (4 * 0.05) - (target - weights.matmul(dictionary.t())).matmul(dictionary);
            return weights.ge(0).all().item<bool>() && slack.ge(-1e-4).all().item<bool>() && (slack * weights).abs().le(1e-4).all().item<bool>();
        });

    [Fact]
    public void The_order_of_targets_makes_no_difference_and_zero_stays_zero()
    {
        using var scope = NewDisposeScope();
        using var random = new Generator(5);
        var targets = randn([6, 8], ScalarType.Float64, generator: random);
        targets[2] = 0;
        using var lasso = new NonNegativeLasso(randn([8, 10], ScalarType.Float64, generator: random));
        var weights = Solve(lasso, targets, 0.02, 1e-12).Weights;
        Assert.True(Solve(lasso, targets.flip(0), 0.02, 1e-12).Weights.flip(0).allclose(weights, 0, 1e-6));
        Assert.Equal(0, weights[2].abs().max().item<double>());
    }

    [Fact]
    public void A_limit_too_low_is_told()
    {
        using var scope = NewDisposeScope();
        using var random = new Generator(5);
        using var lasso = new NonNegativeLasso(randn([8, 10], ScalarType.Float64, generator: random));
        var solution = Solve(lasso, randn([3, 8], ScalarType.Float64, generator: random), 1e-4, 1e-12, maxIterations: 1);
        Assert.False(solution.Converged);
        Assert.Equal(1, solution.Iterations);
        Assert.True(solution.LargestGap > 1e-12);
    }

    [Fact]
    public void What_cannot_be_solved_is_refused()
    {
        using var scope = NewDisposeScope();
        using var lasso = new NonNegativeLasso(eye(3));
        Assert.Throws<ArgumentException>(() => Solve(lasso, zeros(2, 4), 0.1));
        Assert.Throws<ArgumentException>(() => Solve(lasso, full([1, 3], float.NaN), 0.1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Solve(lasso, zeros(2, 3), 0));
        Assert.Throws<ArgumentException>(() => new NonNegativeLasso(zeros(3)));
    }

    private static LassoSolution Solve(NonNegativeLasso lasso, Tensor targets, double alpha, double tolerance = 1e-5, int maxIterations = 10_000) =>
        lasso.Solve(targets, alpha, tolerance, maxIterations, TestContext.Current.CancellationToken);
}
