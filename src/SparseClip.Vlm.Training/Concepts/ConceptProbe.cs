namespace SparseClip.Vlm.Training.Concepts;

/// <summary>
/// A sparse probe: logistic regression with weights of zero or more, drawn towards those that the word's text code gives, so that few pictures correct it a little and many pictures a lot.
/// Newton's method; each step by coordinate descent on its quadratic model (Friedman, Hastie and Tibshirani 2010, section 3).
/// </summary>
internal static class ConceptProbe
{
    private const int NewtonSteps = 12;
    private const int Sweeps = 30;
    private const double Smallest = 1e-5; // of a variance p (1 - p)
    private const double Converged = 1e-3;
    private const int MostHalvings = 12;

    /// <summary>Fits the weights and the offset in place.</summary>
    /// <param name="rows">Of each picture the inputs that it has, by their place in <paramref name="weights"/>.</param>
    /// <param name="shows">Of each picture whether it shows the concept.</param>
    /// <param name="weights">The weights to begin with; then those that were found.</param>
    /// <param name="towards">What each weight is drawn towards, 0 or more.</param>
    /// <param name="offset">The log odds without any input to begin with.</param>
    /// <param name="pull">How strongly the weights are drawn, above 0.</param>
    /// <returns>The offset.</returns>
    public static double Fit(IReadOnlyList<(int Input, float Value)[]> rows, IReadOnlyList<bool> shows, double[] weights, IReadOnlyList<double> towards, double offset, double pull)
    {
        var count = weights.Length;
        var hessian = new double[count + 1, count + 1];
        var gradient = new double[count + 1];
        for (var step = 0; step < NewtonSteps; step++)
        {
            Array.Clear(hessian);
            Array.Clear(gradient);
            for (var i = 0; i < rows.Count; i++)
            {
                AddPicture(rows[i], shows[i], weights, offset, hessian, gradient);
            }

            for (var j = 0; j < count; j++)
            {
                hessian[j, j] += pull;
                gradient[j] += pull * (weights[j] - towards[j]);
            }

            var move = Descend(hessian, gradient, weights);
            var before = Loss(weights, offset);
            var at = (Weights: (double[])weights.Clone(), Offset: offset);
            for (var share = 1.0; ; share /= 2)
            {
                for (var j = 0; j < count; j++)
                {
                    weights[j] = Math.Max(0, at.Weights[j] + (share * move[j]));
                }

                offset = at.Offset + (share * move[count]);
                // A whole step may lead beyond the least, where the curve is flat.
                if (Loss(weights, offset) <= before || share < 1.0 / (1 << MostHalvings))
                {
                    break;
                }
            }

            if (move.Max(Math.Abs) < Converged)
            {
                break;
            }
        }

        return offset;

        double Loss(double[] of, double start)
        {
            var loss = 0.0;
            for (var i = 0; i < rows.Count; i++)
            {
                var odds = start;
                foreach (var (input, value) in rows[i])
                {
                    odds += of[input] * value;
                }

                loss += Math.Max(odds, 0) + Math.Log(1 + Math.Exp(-Math.Abs(odds))) - (shows[i] ? odds : 0);
            }

            for (var j = 0; j < count; j++)
            {
                loss += pull / 2 * (of[j] - towards[j]) * (of[j] - towards[j]);
            }

            return loss;
        }
    }

    private static void AddPicture((int Input, float Value)[] row, bool shows, double[] weights, double offset, double[,] hessian, double[] gradient)
    {
        var last = weights.Length;
        var odds = offset;
        foreach (var (input, value) in row)
        {
            odds += weights[input] * value;
        }

        var probability = 1 / (1 + Math.Exp(-odds));
        var error = probability - (shows ? 1 : 0);
        var variance = Math.Max(Smallest, probability * (1 - probability));
        gradient[last] += error;
        hessian[last, last] += variance;
        foreach (var (input, value) in row)
        {
            gradient[input] += error * value;
            hessian[input, last] += variance * value;
            hessian[last, input] += variance * value;
            foreach (var (other, otherValue) in row)
            {
                hessian[input, other] += variance * value * otherValue;
            }
        }
    }

    /// <summary>The move of the weights, and of the offset behind them, to the least of the quadratic model where no weight is below zero.</summary>
    private static double[] Descend(double[,] hessian, double[] gradient, double[] weights)
    {
        var last = weights.Length;
        var move = new double[last + 1];
        for (var sweep = 0; sweep < Sweeps; sweep++)
        {
            var largest = 0.0;
            for (var j = 0; j <= last; j++)
            {
                var slope = gradient[j];
                for (var k = 0; k <= last; k++)
                {
                    slope += hessian[j, k] * move[k];
                }

                var next = move[j] - (slope / hessian[j, j]);
                next = j < last ? Math.Max(next, -weights[j]) : next;
                largest = Math.Max(largest, Math.Abs(next - move[j]));
                move[j] = next;
            }

            if (largest < Converged / 10)
            {
                break;
            }
        }

        return move;
    }
}
