using SparseClip.Vlm.Data.Loading;

namespace SparseClip.Vlm.Data.Scenes;

/// <summary>What a picture of a batch is; batches are ordered by it.</summary>
public enum ClipItemKind
{
    /// <summary>One augmented icon.</summary>
    Icon,

    /// <summary>A composed scene.</summary>
    Scene,

    /// <summary>One augmented photograph.</summary>
    Photo,

    /// <summary>A strong crop or a CutMix pair of photographs; for distillation only, without a caption.</summary>
    Extra,
}
