using SparseClip.Vlm.Core.Features;

namespace SparseClip.Vlm.Training.Features;

/// <summary>How well a word and a feature go together on some pictures, in both directions. Safe to use from several threads.</summary>
/// <param name="activations">The features of the pictures.</param>
/// <param name="words">What the same pictures show.</param>
/// <param name="leastActive">From this share of the feature's reference value on it counts as active for <see cref="Explains"/>, 0..1.</param>
/// <param name="reference">The reference value of each feature. [D]</param>
internal sealed class NameTrial(FeatureActivations activations, WordPictures words, float leastActive, IReadOnlyList<float> reference)
{
    /// <summary>The area under the curve of the feature as what tells pictures that show the word from others; null where none is known to show it, or all are.</summary>
    public TriedArea? Separates(int feature, int word)
    {
        var (shown, others) = (words.Shown(word), words.Others(word));
        if (shown == 0 || others == 0)
        {
            return null;
        }

        // Pairs in the right order: from the strongest on, every picture that shows the word stands above all others that are still to come; ties count half.
        double pairs = 0;
        var (shownSeen, othersSeen) = (0, 0);
        var active = activations.Of(feature);
        for (var i = 0; i < active.Count;)
        {
            var (tiedShown, tiedOthers) = (0, 0);
            for (var value = active[i].Value; i < active.Count && active[i].Value == value; i++)
            {
                if (words.Shows(word, active[i].Picture))
                {
                    tiedShown++;
                }
                else if (words.IsKnown(word, active[i].Picture))
                {
                    tiedOthers++;
                }
            }

            othersSeen += tiedOthers;
            pairs += tiedShown * (others - othersSeen + (tiedOthers / 2.0));
            shownSeen += tiedShown;
        }

        // What is left has nothing of the feature: one long tie.
        pairs += (shown - shownSeen) * ((others - othersSeen) / 2.0);
        return new TriedArea((float)(pairs / ((double)shown * others)), shown, others);
    }

    /// <summary>The area under the curve of the word as what tells pictures on which the feature is active from others; null where it is active on none that is known, or on all.</summary>
    public TriedArea? Explains(int feature, int word)
    {
        var least = leastActive * reference[feature];
        var (activeShown, activeKnown) = (0, 0);
        foreach (var (picture, value) in activations.Of(feature))
        {
            if (value < least)
            {
                break;
            }

            activeShown += words.Shows(word, picture) ? 1 : 0;
            activeKnown += words.IsKnown(word, picture) ? 1 : 0;
        }

        var restKnown = words.Shown(word) + words.Others(word) - activeKnown;
        return activeKnown == 0 || restKnown == 0
            ? null
            : new TriedArea((float)((1 + (activeShown / (double)activeKnown) - ((words.Shown(word) - activeShown) / (double)restKnown)) / 2), activeKnown, restKnown);
    }

    /// <summary>The area in one of the directions.</summary>
    public TriedArea? Of(NameBasis basis, int feature, int word) => basis == NameBasis.Shown ? Separates(feature, word) : Explains(feature, word);
}

/// <summary>An area under a curve.</summary>
/// <param name="Area">0..1</param>
/// <param name="Pictures">The pictures that should stand above.</param>
/// <param name="Others">Those that should stand below.</param>
internal readonly record struct TriedArea(float Area, int Pictures, int Others);
