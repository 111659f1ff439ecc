using CsCheck;
using SparseClip.Vlm.Training.Concepts;

namespace SparseClip.Vlm.Training.Tests.Concepts;

public class ConceptProbeTests
{
    [Fact]
    public void Probabilities_are_as_often_true_as_they_say()
    {
        var random = new Random(7);
        var rows = Enumerable.Range(0, 4000).Select(_ => random.Next(2) == 0 ? [] : new[] { (0, 1f) }).ToArray();
        var shows = rows.Select(row => random.NextDouble() < (row.Length > 0 ? 0.7 : 0.1)).ToArray();
        double[] weights = [0];

        var offset = ConceptProbe.Fit(rows, shows, weights, [.. weights], 0, 1e-6);

        Assert.Equal(Share(row => row.Length == 0), Sigmoid(offset), 1e-3);
        Assert.Equal(Share(row => row.Length > 0), Sigmoid(offset + weights[0]), 1e-3);

        double Share(Func<(int, float)[], bool> of) => rows.Zip(shows).Where(pair => of(pair.First)).Average(pair => pair.Second ? 1.0 : 0);
    }

    [Fact]
    public void Without_pictures_that_speak_against_them_the_weights_stay_what_the_text_says()
    {
        double[] weights = [5, 3];
        ConceptProbe.Fit([[], []], [true, false], weights, [.. weights], -2, 0.5);
        Assert.Equal([5, 3], weights);
    }

    [Fact]
    public void The_fit_is_no_worse_than_any_move_from_it_and_no_weight_is_below_zero() => Gen.Int[0, int.MaxValue].Sample(seed =>
    {
        var random = new Random(seed);
        var rows = Enumerable.Range(0, 60).Select(_ => Enumerable.Range(0, 4).Where(_ => random.Next(2) == 0).Select(input => (input, random.NextSingle())).ToArray()).ToArray();
        var shows = rows.Select(_ => random.Next(3) == 0).ToArray();
        var towards = Enumerable.Range(0, 4).Select(_ => random.NextDouble() * 2).ToArray();
        var weights = (double[])towards.Clone();

        var offset = ConceptProbe.Fit(rows, shows, weights, [.. weights], -1, 0.3);

        Assert.All(weights, weight => Assert.True(weight >= 0));
        var least = Loss(weights, offset);
        for (var moved = 0; moved < 5; moved++)
        {
            foreach (var by in new[] { 0.05, -0.05 })
            {
                var other = (double[])weights.Clone();
                if (moved < 4)
                {
                    other[moved] = Math.Max(0, other[moved] + by);
                }

                Assert.True(Loss(other, offset + (moved == 4 ? by : 0)) >= least - 1e-4, $"seed {seed}");
            }
        }

        double Loss(double[] at, double start) => rows.Zip(shows, (row, show) =>
        {
            var odds = start + row.Sum(one => at[one.input] * one.Item2);
            return Math.Log(1 + Math.Exp(odds)) - (show ? odds : 0);
        }).Sum() + at.Zip(towards, (weight, text) => 0.15 * (weight - text) * (weight - text)).Sum();
    }, iter: 60);

    private static double Sigmoid(double odds) => 1 / (1 + Math.Exp(-odds));
}
