namespace SparseClip.Vlm.Llama.Generation;

/// <summary>What logits say about tokens: the log-softmax over the whole vocabulary.</summary>
internal static class Likelihoods
{
    /// <summary>Log-probabilities by logits: (logit - Highest) - LogSum, in this order, which keeps large logits exact.</summary>
    /// <param name="logits">[vocabulary], finite.</param>
    public static (double Highest, double LogSum) Normalizer(ReadOnlySpan<float> logits)
    {
        var highest = double.NegativeInfinity;
        foreach (var logit in logits)
        {
            highest = Math.Max(highest, logit);
        }

        // Taken from the highest, so that no exponential overflows and the largest is 1.
        var sum = 0.0;
        foreach (var logit in logits)
        {
            sum += Math.Exp(logit - highest);
        }

        return (highest, Math.Log(sum));
    }

    /// <summary>The tokens of the highest logits, highest first; of equal ones the lower id.</summary>
    /// <param name="logits">[vocabulary]</param>
    /// <param name="count">How many; a few.</param>
    public static int[] Highest(ReadOnlySpan<float> logits, int count)
    {
        var best = new int[Math.Min(count, logits.Length)];
        var found = 0;
        for (var token = 0; token < logits.Length && best.Length > 0; token++)
        {
            if (found == best.Length && !(logits[token] > logits[best[^1]]))
            {
                continue;
            }

            found = Math.Min(found + 1, best.Length);
            var at = found - 1;
            for (; at > 0 && logits[token] > logits[best[at - 1]]; at--)
            {
                best[at] = best[at - 1];
            }

            best[at] = token;
        }

        return best;
    }
}
