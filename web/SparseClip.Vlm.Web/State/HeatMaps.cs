using SparseClip.Vlm.Contracts.Images;
using SparseClip.Vlm.Web.Api;

namespace SparseClip.Vlm.Web.State;

/// <summary>The heat maps of the open picture, fetched when they are first pointed at.</summary>
public sealed class HeatMaps(IServerApi server)
{
    private readonly Dictionary<int, HeatmapResponse> _maps = [];
    private OpenPicture? _picture;
    private int? _pointedAt; // the feature whose map is wanted, which may still be on its way

    /// <summary>The map over the picture; null when none is shown.</summary>
    public HeatmapResponse? Shown { get; private set; }

    /// <summary>Turns to another picture, without a map.</summary>
    public void TurnTo(OpenPicture? picture)
    {
        _picture = picture;
        _maps.Clear();
        Shown = null;
    }

    /// <summary>Whether this feature's map is shown or on its way.</summary>
    public bool IsPointedAt(int feature) => _pointedAt == feature;

    /// <summary>Shows where a feature is in the picture, or nothing for null.</summary>
    /// <exception cref="ServerException">The map could not be fetched.</exception>
    public async Task PointAtAsync(int? feature)
    {
        _pointedAt = feature;
        if (feature is not { } id || _picture is not { } picture)
        {
            Shown = null;
            return;
        }

        if (!_maps.TryGetValue(id, out var map))
        {
            map = await FetchAsync(picture, id);
            if (picture != _picture)
            {
                return;
            }

            _maps[id] = map;
        }

        if (_pointedAt == id)
        {
            Shown = map;
        }
    }

    private async Task<HeatmapResponse> FetchAsync(OpenPicture picture, int feature)
    {
        try
        {
            return await server.HeatmapAsync(picture.Seen.Id, feature, CancellationToken.None);
        }
        catch (ServerException error) when (error.Code == OpenPicture.Lost)
        {
            await picture.UploadAgainAsync(server, CancellationToken.None);
            return await server.HeatmapAsync(picture.Seen.Id, feature, CancellationToken.None);
        }
    }
}
