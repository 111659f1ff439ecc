using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SparseClip.Vlm.Core.Exemplars;

/// <summary>The index of an exemplar file: where each picture lies, and which of them belong to each feature and concept.</summary>
/// <param name="Side">The side of the pictures in pixels.</param>
/// <param name="Sources">Where pictures come from, each once.</param>
/// <param name="Pictures">The pictures in the order of the file, without a gap.</param>
/// <param name="Features">The numbers of the pictures of each feature, the strongest first. [D]</param>
/// <param name="Concepts">The same of concepts, by their words.</param>
internal sealed record ExemplarIndex(
    int Side, IReadOnlyList<IndexedSource> Sources, IReadOnlyList<IndexedPicture> Pictures, IReadOnlyList<int[]> Features, IReadOnlyDictionary<string, int[]> Concepts)
{
    /// <summary>At the head of the file.</summary>
    internal static ReadOnlySpan<byte> Magic => "SCEXMPL1"u8;

    /// <summary>At its end, behind the place and the length of the index.</summary>
    internal static ReadOnlySpan<byte> EndMagic => "SCEXMEND"u8;

    /// <summary>The place and the length of the index, 8 bytes each, and the mark of the end.</summary>
    internal const int FooterBytes = 24;

    private static readonly JsonSerializerOptions s_options = new(JsonSerializerDefaults.Web)
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <exception cref="JsonException">It is no index.</exception>
    public static ExemplarIndex Parse(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize<ExemplarIndex>(json, s_options) ?? throw new JsonException("it is empty");

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, s_options);

    /// <summary>What is wrong with it; null if nothing is.</summary>
    /// <param name="dimension">D of the tower.</param>
    /// <param name="bytes">The bytes of all pictures.</param>
    public string? Problem(int dimension, long bytes) =>
        Features.Count != dimension ? $"it has exemplars of {Features.Count} features, the tower has {dimension}"
        : Pictures.Any(picture => picture.Bytes < 1 || picture.Source < 0 || picture.Source >= Sources.Count) ? "a picture is empty or of no source"
        : Pictures.Sum(picture => (long)picture.Bytes) != bytes ? "its pictures have other lengths than the index says"
        : Features.Concat(Concepts.Values).Any(numbers => numbers.Any(number => number < 0 || number >= Pictures.Count)) ? "a feature or concept has a picture that is not there"
        : null;
}

/// <summary>Where pictures come from.</summary>
internal sealed record IndexedSource(string Source, string Artist, string License);

/// <summary>A picture in the index.</summary>
/// <param name="Bytes">Its length.</param>
/// <param name="Source">The place of its source.</param>
/// <param name="Key">Its key.</param>
/// <param name="Label">Its label.</param>
internal sealed record IndexedPicture(int Bytes, int Source, string Key, string Label);
