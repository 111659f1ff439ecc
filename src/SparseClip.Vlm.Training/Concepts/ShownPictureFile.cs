using System.Text;
using SparseClip.Vlm.Core.Codes;

namespace SparseClip.Vlm.Training.Concepts;

/// <summary>Codes of pictures that are kept while a long work goes on, so that it resumes: what a stop left of the last one is dropped. Not thread-safe.</summary>
public sealed class ShownPictureFile : IDisposable
{
    private readonly FileStream _stream;
    private readonly BinaryWriter _writer;

    /// <summary>Opens the file, or begins it anew where it is of other pictures or of another tower.</summary>
    /// <param name="path">The file.</param>
    /// <param name="recipe">What tells towers and pictures apart.</param>
    /// <param name="dimension">D.</param>
    public ShownPictureFile(string path, string recipe, int dimension)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        _stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        _writer = new BinaryWriter(_stream, Encoding.UTF8, leaveOpen: true);
        var known = Read(recipe, dimension);
        if (known is null)
        {
            _stream.SetLength(0);
            _writer.Write(recipe);
        }

        Known = known ?? [];
    }

    /// <summary>The pooled codes that are there already, in the order in which they were added.</summary>
    public IReadOnlyList<SparseCode> Known { get; }

    /// <summary>Adds a picture's code.</summary>
    public void Add(SparseCode code)
    {
        ArgumentNullException.ThrowIfNull(code);
        _writer.Write(code.L0);
        for (var i = 0; i < code.L0; i++)
        {
            _writer.Write(code.Indices[i]);
            _writer.Write(code.Values[i]);
        }

        _writer.Flush();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _writer.Dispose();
        _stream.Dispose();
    }

    private List<SparseCode>? Read(string recipe, int dimension)
    {
        using var reader = new BinaryReader(_stream, Encoding.UTF8, leaveOpen: true);
        var codes = new List<SparseCode>();
        long whole = 0;
        try
        {
            if (_stream.Length == 0 || reader.ReadString() != recipe)
            {
                return null;
            }

            for (whole = _stream.Position; _stream.Position < _stream.Length; whole = _stream.Position)
            {
                var (indices, values) = (new int[reader.ReadInt32()], new List<float>());
                for (var i = 0; i < indices.Length; i++)
                {
                    indices[i] = reader.ReadInt32();
                    values.Add(reader.ReadSingle());
                }

                codes.Add(SparseCode.FromSorted(dimension, indices, [.. values]));
            }
        }
        catch (Exception error) when (error is EndOfStreamException or ArgumentException or FormatException or OverflowException or OutOfMemoryException)
        {
            if (whole == 0)
            {
                return null;
            }
        }

        _stream.SetLength(whole);
        _stream.Position = whole;
        return codes;
    }
}
