using SparseClip.Vlm.Core.Files;

namespace SparseClip.Vlm.Core.Exemplars;

/// <summary>Writes a file of exemplars, picture by picture, beside its path; under its name it stands when it is finished. Not thread-safe.</summary>
public sealed class ExemplarWriter : IDisposable
{
    private readonly string _path;
    private readonly int _side;
    private readonly FileStream _stream;
    private readonly List<IndexedSource> _sources = [];
    private readonly List<IndexedPicture> _pictures = [];

    /// <param name="path">The file.</param>
    /// <param name="side">The side of the pictures in pixels.</param>
    public ExemplarWriter(string path, int side)
    {
        (_path, _side) = (path, side);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        _stream = File.Create(path + WholeFile.Suffix);
        _stream.Write(ExemplarIndex.Magic);
    }

    /// <summary>The bytes that were written.</summary>
    public long Bytes => _stream.Position;

    /// <summary>Adds a picture.</summary>
    /// <param name="picture">WebP.</param>
    /// <param name="exemplar">What it is.</param>
    /// <returns>Its number.</returns>
    public int Add(ReadOnlySpan<byte> picture, Exemplar exemplar)
    {
        ArgumentNullException.ThrowIfNull(exemplar);
        ArgumentOutOfRangeException.ThrowIfZero(picture.Length);
        var source = new IndexedSource(exemplar.Source, exemplar.Artist, exemplar.License);
        if (_sources.IndexOf(source) is var place && place < 0)
        {
            place = _sources.Count;
            _sources.Add(source);
        }

        _stream.Write(picture);
        _pictures.Add(new IndexedPicture(picture.Length, place, exemplar.Key, exemplar.Label));
        return _pictures.Count - 1;
    }

    /// <summary>Writes the index and gives the file its name.</summary>
    /// <param name="features">The numbers of each feature's pictures. [D]</param>
    /// <param name="concepts">The same of concepts, by their words.</param>
    public void Finish(IReadOnlyList<int[]> features, IReadOnlyDictionary<string, int[]> concepts)
    {
        var (at, index) = (_stream.Position, new ExemplarIndex(_side, _sources, _pictures, features, concepts).ToJson());
        _stream.Write(index);
        _stream.Write(BitConverter.GetBytes(at));
        _stream.Write(BitConverter.GetBytes((long)index.Length));
        _stream.Write(ExemplarIndex.EndMagic);
        _stream.Dispose();
        File.Move(_path + WholeFile.Suffix, _path, overwrite: true);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _stream.Dispose();
        WholeFile.TakeAway(_path + WholeFile.Suffix);
    }
}
