namespace SparseClip.Vlm.Studies.Paper;

/// <summary>Everything that the runs of a study read.</summary>
/// <param name="Train">Drawn training pictures with their captions.</param>
/// <param name="OpenMoji">The style that is in no training and no choice.</param>
/// <param name="FxEmoji">The style for choosing; shown beside.</param>
/// <param name="Photographs">The held-out tenth.</param>
/// <param name="Scenes">Scenes of two things whose combination is in no training scene.</param>
/// <param name="Texts">States of the labels' prompts and of the words.</param>
/// <param name="Words">Words that may name a feature.</param>
public sealed record StudyData(
    StudySet Train, StudySet OpenMoji, StudySet FxEmoji, StudySet Photographs, StudySet Scenes, StudyTexts Texts, IReadOnlyList<string> Words) : IDisposable
{
    /// <summary>e.</summary>
    public long ImageWidth => Train.Pooled.shape[1];

    /// <summary>w.</summary>
    public long TextWidth => Train.States.shape[1];

    /// <summary>The sets that features are looked at on: OpenMoji and the held-out photographs, both clean and untrained.</summary>
    public IReadOnlyList<StudySet> Gallery => [OpenMoji, Photographs];

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var set in new[] { Train, OpenMoji, FxEmoji, Photographs, Scenes })
        {
            set.Dispose();
        }

        Texts.Dispose();
    }
}
