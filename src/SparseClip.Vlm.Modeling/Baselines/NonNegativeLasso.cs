using SparseClip.Vlm.Modeling.Metrics;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Baselines;

/// <summary>
/// The non-negative lasso: min over w ≥ 0 of ‖y − D w‖² / (2 n) + alpha ‖w‖₁, n being the rows of D; scikit-learn's
/// <c>Lasso(positive=True, fit_intercept=False)</c>. Solved for many y at once by accelerated projected gradient (Beck and Teboulle 2009) with a restart where the
/// momentum points uphill (O'Donoghue and Candès 2015), until the duality gap is small enough for each y.
/// </summary>
/// <remarks>
/// Computes in the dictionary's type: float64 where solutions must agree to many digits, float32 for gaps down to about 1e-6. Thread-safe. The
/// product D'D is kept if D has at most twice as many columns as rows; beyond, two thin products cost less.
/// </remarks>
public sealed class NonNegativeLasso : IDisposable
{
    private const int CheckEvery = 10;
    private const double Tiny = 1e-30; // keeps quotients of zeros defined
    private readonly Tensor _dictionary; // [n, D]
    private readonly Tensor? _gram; // [D, D]
    private readonly double _curvature;

    /// <param name="dictionary">[n, D], one atom a column, floating point; copied.</param>
    /// <exception cref="ArgumentException">It is no matrix of finite numbers.</exception>
    public NonNegativeLasso(Tensor dictionary)
    {
        ArgumentNullException.ThrowIfNull(dictionary);
        if (dictionary.dim() != 2 || dictionary.numel() == 0 || !dictionary.is_floating_point())
        {
            throw new ArgumentException($"The dictionary has the shape [{string.Join(", ", dictionary.shape)}]; needed are floating-point atoms as columns.", nameof(dictionary));
        }

        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        RequireFinite(dictionary, nameof(dictionary));
        _dictionary = dictionary.detach().clone().DetachFromDisposeScope();
        var (rows, columns) = (dictionary.shape[0], dictionary.shape[1]);
        var wide = _dictionary.to_type(ScalarType.Float64);
        var smaller = columns <= rows ? wide.t().matmul(wide) : wide.matmul(wide.t());
        // The largest eigenvalue, with room for rounding in the products of float32.
        _curvature = Math.Max(linalg.eigvalsh(smaller).max().item<double>() * (1 + 1e-5), Tiny);
        _gram = columns <= 2 * rows ? _dictionary.t().matmul(_dictionary).DetachFromDisposeScope() : null;
    }

    /// <summary>n, the length of a target.</summary>
    public int Rows => (int)_dictionary.shape[0];

    /// <summary>D, the number of atoms.</summary>
    public int Atoms => (int)_dictionary.shape[1];

    /// <summary>Solves for each target.</summary>
    /// <param name="targets">[B, n]</param>
    /// <param name="alpha">The weight of the L1 norm, above 0.</param>
    /// <param name="tolerance">Where to stop: duality gap of n times the objective over ‖y‖², as scikit-learn's <c>tol</c>; above 0.</param>
    /// <param name="maxIterations">Where to stop otherwise, 1 or more.</param>
    /// <param name="cancellationToken">Looked at every few iterations.</param>
    /// <returns>The weights belong to the caller's dispose scope.</returns>
    /// <exception cref="ArgumentException">Targets have another width or are not finite.</exception>
    public LassoSolution Solve(
        Tensor targets, double alpha, double tolerance = 1e-5, int maxIterations = 10_000, CancellationToken cancellationToken = default)
    {
        MatrixShape.Require(targets, Rows, "Targets", nameof(targets));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(alpha);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(tolerance);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxIterations, 1);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        RequireFinite(targets, nameof(targets));
        var penalty = alpha * Rows;
        var state = Start(targets.detach().to_type(_dictionary.dtype));
        var weights = zeros_like(state.Weights);
        var largestGap = 0.0;
        var iteration = 0;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var gaps = RelativeGaps(state, penalty);
            var open = iteration < maxIterations ? Enumerable.Range(0, gaps.Length).Where(i => !(gaps[i] <= tolerance)).ToArray() : [];
            if (open.Length < gaps.Length)
            {
                weights.index_copy_(0, state.Places, state.Weights); // the open ones are written again later
                largestGap = Enumerable.Range(0, gaps.Length).Except(open).Select(i => gaps[i]).Aggregate(largestGap, Math.Max);
                if (open.Length == 0)
                {
                    break;
                }

                state = state.Keep(open);
            }

            for (var i = 0; i < CheckEvery && iteration < maxIterations; i++, iteration++)
            {
                Advance(state, penalty);
            }
        }

        return new LassoSolution(weights.MoveToOuterDisposeScope(), iteration, largestGap, largestGap <= tolerance);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _dictionary.Dispose();
        _gram?.Dispose();
    }

    private State Start(Tensor targets)
    {
        var weights = zeros([targets.shape[0], Atoms], _dictionary.dtype);
        return new State(
            Scalars.Range(targets.shape[0]), targets, targets.matmul(_dictionary), weights, weights.clone(),
            ones([targets.shape[0], 1], _dictionary.dtype));
    }

    private void Advance(State state, double penalty)
    {
        using var scope = NewDisposeScope();
        var ahead = state.Ahead;
        var product = _gram is null ? ahead.matmul(_dictionary.t()).matmul(_dictionary) : ahead.matmul(_gram);
        var next = nn.functional.relu(ahead - (product - state.Correlations).Plus(penalty).Over(_curvature));
        var change = next - state.Weights;
        var isUphill = ((ahead - next) * change).sum(1, keepdim: true).IsAbove(0); // [b, 1]
        var momentum = state.Momentum.Squared().Times(4).Plus(1).sqrt().Plus(1).Over(2);
        var factor = (state.Momentum.Minus(1) / momentum).FilledWhere(isUphill, 0);
        state.Weights.copy_(next);
        state.Ahead.copy_(next.Plus(factor * change));
        state.Momentum.copy_(momentum.FilledWhere(isUphill, 1));
    }

    /// <summary>
    /// (primal − dual) / ‖y‖² of ½‖y − D w‖² + n alpha ‖w‖₁ at the dual point s (y − D w), s being the best that keeps every atom's correlation at n alpha
    /// or below. [b]
    /// </summary>
    private double[] RelativeGaps(State state, double penalty)
    {
        using var scope = NewDisposeScope();
        var residuals = state.Targets - state.Weights.matmul(_dictionary.t()); // [b, n]
        var highest = residuals.matmul(_dictionary).amax([1]).to_type(ScalarType.Float64); // [b]
        residuals = residuals.to_type(ScalarType.Float64);
        var targets = state.Targets.to_type(ScalarType.Float64);
        var squared = residuals.Squared().sum(1);
        var along = (residuals * targets).sum(1);
        var scale = minimum(along / squared.AtLeast(Tiny), highest.AtLeast(Tiny).reciprocal().Times(penalty)).AtLeast(0);
        var primal = squared.Over(2).Plus(state.Weights.sum(1, type: ScalarType.Float64).Times(penalty));
        var dual = (scale * along) - (scale.Squared() * squared).Over(2);
        return ((primal - dual) / targets.Squared().sum(1).AtLeast(Tiny)).ToHost().data<double>().ToArray();
    }

    private static void RequireFinite(Tensor values, string parameter)
    {
        if (!values.isfinite().all().item<bool>())
        {
            throw new ArgumentException("There are values that are not finite.", parameter);
        }
    }

    /// <summary>The rows not finished yet.</summary>
    /// <param name="Places">[b] their places among the targets.</param>
    /// <param name="Targets">[b, n]</param>
    /// <param name="Correlations">[b, D] of targets and atoms.</param>
    /// <param name="Weights">[b, D]</param>
    /// <param name="Ahead">[b, D] where the momentum leads.</param>
    /// <param name="Momentum">[b, 1]</param>
    private sealed record State(Tensor Places, Tensor Targets, Tensor Correlations, Tensor Weights, Tensor Ahead, Tensor Momentum)
    {
        /// <summary>Some of the rows; the rest is let go.</summary>
        public State Keep(int[] rows)
        {
            using var index = tensor(rows.Select(row => (long)row).ToArray());
            Tensor[] all = [Places, Targets, Correlations, Weights, Ahead, Momentum];
            var kept = Array.ConvertAll(all, part => part.index_select(0, index));
            Array.ForEach(all, part => part.Dispose());
            return new State(kept[0], kept[1], kept[2], kept[3], kept[4], kept[5]);
        }
    }
}

/// <summary>What <see cref="NonNegativeLasso"/> found.</summary>
/// <param name="Weights">[B, D], 0 or more.</param>
/// <param name="Iterations">Of the target that took longest.</param>
/// <param name="LargestGap">The largest relative duality gap of a target.</param>
/// <param name="Converged">Whether every gap is within the tolerance.</param>
public sealed record LassoSolution(Tensor Weights, int Iterations, double LargestGap, bool Converged);
