namespace SparseClip.Vlm.Web.State;

/// <summary>Scenes that were replaced, so that each can be brought back.</summary>
public sealed class PutAway
{
    /// <summary>The most that are kept: each holds a picture file.</summary>
    private const int Most = 5;

    private readonly List<Scene> _scenes = [];

    /// <summary>The one that was replaced last; null when there is none.</summary>
    public Scene? Newest => _scenes.LastOrDefault();

    /// <summary>Keeps a scene that a person worked on; one without work is dropped.</summary>
    public void Add(Scene scene)
    {
        if (!scene.HasWork)
        {
            return;
        }

        _scenes.Add(scene);
        if (_scenes.Count > Most)
        {
            _scenes.RemoveAt(0);
        }
    }

    /// <summary>Gives the newest back for the current scene, which is kept in its place when it holds something of its own.</summary>
    public Scene Exchange(Scene current)
    {
        var scene = _scenes[^1];
        _scenes.RemoveAt(_scenes.Count - 1);
        if (!current.AddsNothingTo(scene))
        {
            Add(current);
        }

        return scene;
    }

    /// <summary>Forgets all of them.</summary>
    public void Clear() => _scenes.Clear();
}
