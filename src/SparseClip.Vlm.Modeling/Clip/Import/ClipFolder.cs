using SparseClip.Vlm.Modeling.Clip.Tokens;

namespace SparseClip.Vlm.Modeling.Clip.Import;

/// <summary>What a folder says of its CLIP before the weights are read.</summary>
/// <param name="Config">The shape.</param>
/// <param name="Vocabulary">Tokens and merges.</param>
/// <param name="WeightFile">The safetensors file.</param>
/// <param name="Names">How it calls its tensors.</param>
internal sealed record ClipSource(ClipConfig Config, ClipVocabulary Vocabulary, string WeightFile, ClipTensorNames Names);

/// <summary>Tells the layouts of folders apart.</summary>
internal static class ClipFolder
{
    /// <exception cref="ClipImportException">The folder is of neither kind, or states something that is not supported.</exception>
    public static ClipSource Open(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new ClipImportException(folder, "there is no such folder", "Give the folder that the model was downloaded into");
        }

        bool Has(string name) => File.Exists(Path.Combine(folder, name));
        var isOpenClip = Has(OpenClipFolder.ConfigName) && !(Has(HuggingFaceFolder.ConfigName) && Has(HuggingFaceFolder.WeightName));
        if (!isOpenClip && !Has(HuggingFaceFolder.ConfigName))
        {
            throw new ClipImportException(
                folder,
                $"it holds neither {HuggingFaceFolder.ConfigName} (Hugging Face) nor {OpenClipFolder.ConfigName} (OpenCLIP)",
                "Give the folder that the model was downloaded into");
        }

        var source = isOpenClip ? OpenClipFolder.Read(folder) : HuggingFaceFolder.Read(folder);
        var problem = source.Config.Problem()
            ?? (source.Vocabulary.Tokens.Count > source.Config.Text.VocabularySize
                ? $"the vocabulary has {source.Vocabulary.Tokens.Count} tokens, the text tower knows {source.Config.Text.VocabularySize}" : null);
        if (problem is not null)
        {
            throw new ClipImportException(folder, problem, "Use the files as the model's publisher wrote them");
        }

        return File.Exists(source.WeightFile)
            ? source
            : throw new ClipImportException(source.WeightFile, "the file does not exist", "Weights are read from this one safetensors file; convert others, such as .bin or several shards, to it");
    }
}
