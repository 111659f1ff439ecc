namespace SparseClip.Vlm.Server.Images;

/// <summary>Knows for what pictures are needed beyond the moment.</summary>
public interface IPictureNeeds
{
    /// <summary>Which of some pictures have to stay.</summary>
    Task<IReadOnlySet<string>> NeededAsync(IReadOnlyCollection<string> pictures, CancellationToken cancellationToken);
}
