namespace SparseClip.Vlm.Data.Building;

/// <summary>Where the building of one source stands.</summary>
public enum DataBuildStage
{
    /// <summary>Its packages are being fetched and unpacked.</summary>
    Fetching,

    /// <summary>Its pictures are being drawn and written.</summary>
    Building,

    /// <summary>It is complete.</summary>
    Finished,

    /// <summary>It was complete before.</summary>
    AlreadyThere,
}

/// <summary>A report during the build.</summary>
/// <param name="Source">The source it is about.</param>
/// <param name="Stage">What is happening to it.</param>
/// <param name="Done">Pictures handled so far, skipped ones included.</param>
/// <param name="Total">Pictures of the source; 0 while unknown.</param>
/// <param name="Skipped">Pictures that could not be used.</param>
public readonly record struct DataBuildProgress(string Source, DataBuildStage Stage, int Done, int Total, int Skipped);
