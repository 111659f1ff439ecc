using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Modeling.Clip;
using SparseClip.Vlm.Modeling.Clip.Import;
using SparseClip.Vlm.Modeling.Vision;

namespace SparseClip.Vlm.Modeling.Towers;

/// <summary>
/// Takes the vision trunk out of a finished model: a tower of ours, the folder of the run that trained it, a file of <c>model import-clip</c>, or the folder
/// of a Hugging Face <c>CLIPModel</c> or of OpenCLIP.
/// </summary>
public static class TrunkReader
{
    /// <summary>The name of a trained tower in the folder of its run.</summary>
    public const string TowerName = "tower.safetensors";

    private const string Prefix = "trunk.";
    private const string Known = "a tower.safetensors, the folder of the run that trained one, a file of 'sparseclip model import-clip', or the folder of a Hugging Face CLIPModel or of OpenCLIP";

    /// <summary>Reads the trunk.</summary>
    /// <param name="path">A file or folder of one of these kinds.</param>
    /// <param name="imageSize">Pixels a side that the trunk is going to be used with.</param>
    /// <returns>The trunk, in training mode, everything trained, which the caller owns; and the tower's file where it is a tower of ours.</returns>
    /// <exception cref="CheckpointException">Nothing is there, or it is of none of these kinds, or damaged.</exception>
    /// <exception cref="ClipImportException">The folder's CLIP states something that is not supported.</exception>
    public static (IVisionTrunk Trunk, string? Tower) Open(string path, int imageSize)
    {
        if (Directory.Exists(path))
        {
            var tower = Path.Combine(path, TowerName);
            return File.Exists(tower) ? FromFile(tower, imageSize)
                : IsClip(path) ? (FromClip(path), null)
                : throw new CheckpointException(path, "the folder holds no model that a trunk could be taken from", $"Give {Known}");
        }

        return File.Exists(path) ? FromFile(path, imageSize) : throw new CheckpointException(path, "there is no such file or folder", $"Give {Known}");
    }

    private static bool IsClip(string folder) =>
        File.Exists(Path.Combine(folder, HuggingFaceFolder.ConfigName)) || File.Exists(Path.Combine(folder, OpenClipFolder.ConfigName));

    private static (IVisionTrunk Trunk, string? Tower) FromFile(string path, int imageSize)
    {
        using var file = SafetensorsFile.Open(path);
        if (file.Metadata.ContainsKey(SparseClipConfig.MetadataKey))
        {
            return (VisionTrunks.Fill(SparseClipConfig.Read(file).Trunk.Create(imageSize), file, Prefix), path);
        }

        return file.Metadata.ContainsKey(ClipConfig.MetadataKey)
            ? (VisionTrunks.Fill(ImportedClip.ReadConfig(file).Vision.Create(imageSize), file, Prefix), null)
            : throw new CheckpointException(path, "its header tells of no tower and of no imported CLIP", $"Give {Known}");
    }

    private static VisionTransformer FromClip(string folder)
    {
        using var clip = ImportedClip.Import(folder);
        var trunk = new VisionTransformer(clip.Model.Config.Vision);
        trunk.load_state_dict(clip.Model.trunk.state_dict());
        return trunk;
    }
}
