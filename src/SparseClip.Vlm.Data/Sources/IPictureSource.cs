namespace SparseClip.Vlm.Data.Sources;

/// <summary>
/// A set of pictures that can be built on its own. Immutable; <see cref="Open"/> may be called several times, and what it returns is
/// enumerated by one thread.
/// </summary>
public interface IPictureSource
{
    /// <summary>Its name in the catalogue and the first part of its shards' names.</summary>
    string Name { get; }

    /// <summary>The hand behind the pictures.</summary>
    string Artist { get; }

    /// <summary>"icon", "photo" or "background".</summary>
    string Kind { get; }

    /// <summary>How the catalogue names the package that the pictures come from.</summary>
    string Package { get; }

    /// <summary>Packages that must be unpacked before <see cref="Open"/>.</summary>
    IReadOnlyList<PackageReference> Packages { get; }

    /// <summary>Changes when the content behind the source does, so that a finished source is built again.</summary>
    string Fingerprint { get; }

    /// <summary>First part of the shards' names.</summary>
    string ShardPrefix => Name;

    /// <summary>Whether a picture that looks like an earlier one of the source is left out: collections gathered from many hands repeat themselves.</summary>
    bool DropsNearDuplicates => false;

    /// <summary>Lists the usable pictures, always in the same order.</summary>
    /// <exception cref="Building.DataBuildException">The packages are not what they should be.</exception>
    OpenedSource Open(PackageFolders packages);
}

/// <summary>The pictures of a source.</summary>
/// <param name="Count">How many there are.</param>
/// <param name="Pictures">The pictures, streamed.</param>
public sealed record OpenedSource(int Count, IEnumerable<SourcePicture> Pictures)
{
    /// <summary>Pictures that are listed already.</summary>
    public static OpenedSource Of(IReadOnlyCollection<SourcePicture> pictures)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        return new(pictures.Count, pictures);
    }
}
