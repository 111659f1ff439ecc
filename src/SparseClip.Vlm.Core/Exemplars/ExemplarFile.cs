using System.IO.MemoryMappedFiles;
using System.Security.Cryptography;
using System.Text.Json;
using SparseClip.Vlm.Core.Problems;

namespace SparseClip.Vlm.Core.Exemplars;

/// <summary>
/// Exemplars in one file that is read through memory: the index is kept, pictures (WebP) are read when they are asked for. Each picture is there once, however many features and concepts
/// have it. Thread-safe.
/// </summary>
public sealed class ExemplarFile : IDisposable
{
    private const int IdBytes = 12;
    private const string Again = "Make the file again with 'sparseclip features build'.";
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly ExemplarIndex _index;
    private readonly long[] _offsets; // [Count]
    private readonly string[] _ids; // [Count]
    private readonly Dictionary<string, int> _byId = new(StringComparer.Ordinal);

    private ExemplarFile(MemoryMappedFile file, MemoryMappedViewAccessor view, ExemplarIndex index)
    {
        (_file, _view, _index) = (file, view, index);
        _offsets = new long[index.Pictures.Count];
        long at = ExemplarIndex.Magic.Length;
        foreach (var (number, picture) in index.Pictures.Index())
        {
            _offsets[number] = at;
            at += picture.Bytes;
        }

        _ids = [.. Enumerable.Range(0, Count).Select(number => Convert.ToHexStringLower(SHA256.HashData(Read(number)).AsSpan(0, IdBytes)))];
        foreach (var (number, id) in _ids.Index())
        {
            _byId.TryAdd(id, number);
        }
    }

    /// <summary>How many pictures there are.</summary>
    public int Count => _offsets.Length;

    /// <summary>The side of the pictures in pixels.</summary>
    public int Side => _index.Side;

    /// <summary>What a picture is.</summary>
    /// <param name="number">0 to <see cref="Count"/> - 1.</param>
    public Exemplar this[int number]
    {
        get
        {
            var picture = _index.Pictures[number];
            var source = _index.Sources[picture.Source];
            return new Exemplar(picture.Key, picture.Label, source.Source, source.Artist, source.License);
        }
    }

    /// <summary>Opens a file and checks that all of it is there.</summary>
    /// <param name="path">The file.</param>
    /// <param name="dimension">D of the tower that it belongs to.</param>
    /// <exception cref="ExemplarException">It cannot be read, is no such file, is cut off or damaged, or belongs to another tower.</exception>
    public static ExemplarFile Open(string path, int dimension)
    {
        MemoryMappedFile? file = null;
        MemoryMappedViewAccessor? view = null;
        try
        {
            var length = new FileInfo(path).Length;
            if (length < ExemplarIndex.Magic.Length + ExemplarIndex.FooterBytes)
            {
                throw new ExemplarException($"{path} is no file of exemplars: it has {length} bytes. {Again}");
            }

            file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, mapName: null, 0, MemoryMappedFileAccess.Read);
            view = file.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
            return new ExemplarFile(file, view, ReadIndex(path, view, length, dimension));
        }
        catch (Exception error)
        {
            view?.Dispose();
            file?.Dispose();
            throw error is IOException or UnauthorizedAccessException ? new ExemplarException($"{path} cannot be read: {error.Message}", error) : error;
        }
    }

    /// <summary>The numbers of a feature's pictures, the one that has most of it first.</summary>
    /// <param name="feature">0 to D - 1.</param>
    public IReadOnlyList<int> OfFeature(int feature) => _index.Features[feature];

    /// <summary>The numbers of a concept's pictures, the one that shows it most clearly first; none where it has none.</summary>
    /// <param name="word">The concept's word.</param>
    public IReadOnlyList<int> OfConcept(string word) => _index.Concepts.GetValueOrDefault(word) ?? [];

    /// <summary>What a picture is known by, whatever file it is in: the beginning of the SHA-256 of its bytes, in lower-case hexadecimal digits.</summary>
    /// <param name="number">0 to <see cref="Count"/> - 1.</param>
    public string IdOf(int number) => _ids[number];

    /// <summary>The number of a picture; null where none has the id.</summary>
    public int? Find(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        return _byId.TryGetValue(id, out var number) ? number : null;
    }

    /// <summary>A picture (WebP).</summary>
    /// <param name="number">0 to <see cref="Count"/> - 1.</param>
    public byte[] Read(int number) => Read(_view, _offsets[number], _index.Pictures[number].Bytes);

    /// <inheritdoc />
    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
    }

    private static ExemplarIndex ReadIndex(string path, MemoryMappedViewAccessor view, long length, int dimension)
    {
        var footer = Read(view, length - ExemplarIndex.FooterBytes, ExemplarIndex.FooterBytes);
        var (at, bytes) = (BitConverter.ToInt64(footer), BitConverter.ToInt64(footer, sizeof(long)));
        if (!Read(view, 0, ExemplarIndex.Magic.Length).AsSpan().SequenceEqual(ExemplarIndex.Magic) || !footer.AsSpan(2 * sizeof(long)).SequenceEqual(ExemplarIndex.EndMagic))
        {
            throw new ExemplarException($"{path} is no file of exemplars, or is cut off. {Again}");
        }

        if (at < ExemplarIndex.Magic.Length || bytes < 1 || bytes > int.MaxValue || at != length - ExemplarIndex.FooterBytes - bytes)
        {
            throw new ExemplarException($"{path} is damaged: its index is said to have {bytes} bytes from {at} on, the file has {length}. {Again}");
        }

        try
        {
            var index = ExemplarIndex.Parse(Read(view, at, (int)bytes));
            return index.Problem(dimension, at - ExemplarIndex.Magic.Length) is { } problem ? throw new ExemplarException($"{path} cannot be used: {problem}. {Again}") : index;
        }
        catch (JsonException error)
        {
            throw new ExemplarException($"{path} is damaged: its index cannot be read ({JsonFault.Of(error)}). {Again}", error);
        }
    }

    private static byte[] Read(MemoryMappedViewAccessor view, long at, int count)
    {
        var bytes = new byte[count];
        return view.ReadArray(at, bytes, 0, count) == count ? bytes : throw new ExemplarException($"The file of exemplars ends before byte {at + count}; it changed since it was opened.");
    }
}
