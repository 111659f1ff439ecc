using SparseClip.Vlm.Web.Api;

namespace SparseClip.Vlm.Web.State;

/// <summary>The heat maps of the open picture, fetched when they are first pointed at.</summary>
public sealed class HeatMaps(IServerApi server)
{
    /// <summary>Of a feature, in multiples of the largest value observed; of a concept, in log odds: what is hardly there stays faint.</summary>
    private const float FullOfFeature = 0.2f, FullOfConcept = 3;

    private readonly Dictionary<HeatTarget, HeatMap> _maps = [];
    private OpenPicture? _picture;
    private HeatTarget? _pointedAt; // what the map is wanted of, which may still be on its way

    /// <summary>The map over the picture; null when none is shown.</summary>
    public HeatMap? Shown { get; private set; }

    /// <summary>Turns to another picture, without a map.</summary>
    public void TurnTo(OpenPicture? picture)
    {
        _picture = picture;
        _maps.Clear();
        Shown = null;
    }

    /// <summary>Whether the map of this is shown or on its way.</summary>
    public bool IsPointedAt(HeatTarget target) => _pointedAt == target;

    /// <summary>Shows where a feature or a concept is in the picture, or nothing for null.</summary>
    /// <exception cref="ServerException">The map could not be fetched.</exception>
    public async Task PointAtAsync(HeatTarget? target)
    {
        _pointedAt = target;
        if (target is not { } id || _picture is not { } picture)
        {
            Shown = null;
            return;
        }

        if (!_maps.TryGetValue(id, out var map))
        {
            map = await picture.AskAsync(server, seen => AskAsync(seen, id), CancellationToken.None);
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

    private async Task<HeatMap> AskAsync(string picture, HeatTarget target)
    {
        if (target.Concept is { } concept)
        {
            var ofConcept = await server.HeatmapAsync(picture, concept, CancellationToken.None);
            return new HeatMap(target, ofConcept.Concept, ofConcept.Width, ofConcept.Height, ofConcept.Values, FullOfConcept);
        }

        var map = await server.HeatmapAsync(picture, target.Feature ?? 0, CancellationToken.None);
        return new HeatMap(target, map.Name, map.Width, map.Height, map.Values, FullOfFeature);
    }
}
