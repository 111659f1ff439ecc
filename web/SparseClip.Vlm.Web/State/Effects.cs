using SparseClip.Vlm.Contracts.Steering;
using SparseClip.Vlm.Web.Api;

namespace SparseClip.Vlm.Web.State;

/// <summary>What the desk's edits do to the concepts of the open picture, asked of the server a moment after they last moved.</summary>
/// <param name="server">The server.</param>
/// <param name="time">Tells how long the sliders have rested.</param>
public sealed class Effects(IServerApi server, TimeProvider time)
{
    /// <summary>How long the sliders rest before the server is asked.</summary>
    public static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(120);

    private OpenPicture? _picture;
    private SteeringDto? _edits;
    private int _version;

    /// <summary>The concepts that the edits move, by their names, the ones that move most first.</summary>
    public IReadOnlyList<MovedConcept> Moved { get; private set; } = [];

    /// <summary>What the edits did to a concept; null when they left it alone.</summary>
    public MovedConcept? Of(string concept) => Moved.FirstOrDefault(moved => moved.Name == concept);

    /// <summary>Turns to where the desk stands now. Cheap when it stands where it stood; what is still asked of an earlier stand is dropped.</summary>
    /// <returns>Whether what is told has changed.</returns>
    /// <exception cref="ServerException">The server refuses the edits or cannot be reached.</exception>
    public async Task<bool> FollowAsync(OpenPicture? picture, SteeringDto? edits)
    {
        if (picture == _picture && Scene.SameEdits(edits, _edits))
        {
            return false;
        }

        // What was told of another picture is untrue of this one; of the same picture it stands until something newer is known.
        var isCleared = (picture != _picture || edits is null) && Moved.Count > 0;
        Moved = isCleared ? [] : Moved;
        (_picture, _edits) = (picture, edits);
        var version = ++_version;
        return picture is null || edits is null ? isCleared : await AskAsync(picture, edits, version) || isCleared;
    }

    private async Task<bool> AskAsync(OpenPicture picture, SteeringDto edits, int version)
    {
        await Task.Delay(Rest, time);
        if (version != _version)
        {
            return false;
        }

        try
        {
            var steered = await picture.AskAsync(server, id => server.SteerAsync(id, edits, CancellationToken.None), CancellationToken.None);
            if (version != _version)
            {
                return false;
            }

            Moved = steered.Steering?.Concepts ?? [];
            return true;
        }
        catch (ServerException) when (version != _version)
        {
            return false;
        }
    }
}
