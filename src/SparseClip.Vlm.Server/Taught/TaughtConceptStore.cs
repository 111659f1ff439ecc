using Microsoft.Extensions.Options;
using SparseClip.Vlm.Core.Concepts;
using SparseClip.Vlm.Core.Pictures;
using SparseClip.Vlm.Server.Access;
using SparseClip.Vlm.Server.Concepts;
using SparseClip.Vlm.Server.Images;
using SparseClip.Vlm.Server.Operations;
using SparseClip.Vlm.Server.Refusals;

namespace SparseClip.Vlm.Server.Taught;

/// <summary>Concepts that people taught: on disk first, then in the model. One change at a time; thread-safe.</summary>
public sealed class TaughtConceptStore(ModelHost host, PictureStore pictures, TaughtJournal journal, IOptions<ServerOptions> options, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private readonly string _path = Path.GetFullPath(options.Value.TaughtConcepts);

    /// <summary>Teaches a concept and keeps it.</summary>
    /// <param name="word">Its name (<see cref="ConceptWords.Of"/>).</param>
    /// <param name="images">The ids of pictures that show it.</param>
    /// <param name="replace">Whether a taught concept of that name makes way.</param>
    /// <param name="caller">Who teaches.</param>
    /// <param name="cancellationToken">Stops before it is kept.</param>
    /// <exception cref="RefusedException">404: a picture is unknown; 409: the name is taken; 507: the file cannot be written.</exception>
    /// <exception cref="ConceptTeachingException">The pictures have nothing in common that others do not have.</exception>
    public async Task<Concept> TeachAsync(string word, IReadOnlyList<string> images, bool replace, Caller caller, CancellationToken cancellationToken)
    {
        var model = host.Require();
        RequireFree(model.Concepts, word, replace);
        var seen = new List<SeenPicture>(images.Count);
        foreach (var image in images)
        {
            seen.Add((await pictures.GetAsync(image, caller, cancellationToken)).Seen);
        }

        var concept = await model.TeachAsync(word, seen, time.GetUtcNow(), cancellationToken);
        await ChangeAsync(
            all =>
            {
                // Somebody else may have taught the word meanwhile, here or on the command line.
                RequireFree(model.Concepts, word, replace);
                return replace || !all.Has(word, model.Tower) ? all.With(concept) : throw Taken(ConceptWords.AlreadyTaught(word));
            },
            cancellationToken);
        journal.Note(caller, "taught", concept.Word, model.Tower);
        return concept;
    }

    /// <summary>Forgets a concept that was taught.</summary>
    /// <exception cref="RefusedException">404: there is none of that name; 409: the model came with it; 507: the file cannot be written.</exception>
    public async Task ForgetAsync(string word, Caller caller, CancellationToken cancellationToken)
    {
        var model = host.Require();
        var forgotten = word;
        await ChangeAsync(
            all =>
            {
                var concept = model.RequireConcepts().Require(word, host.RefusedConcepts);
                forgotten = concept.Word;
                return concept.Teaching is { } teaching
                    ? all.Without(concept.Word, teaching.Tower)
                    : throw new RefusedException(409, "concept_not_taught", $"The model came with the concept '{concept.Word}'; only concepts that were taught can be forgotten.", "concept");
            },
            cancellationToken);
        journal.Note(caller, "forgotten", forgotten, model.Tower);
    }

    /// <inheritdoc />
    public void Dispose() => _turn.Dispose();

    private static void RequireFree(ConceptTable? known, string word, bool replace)
    {
        if (ConceptWords.Conflict(word, known, replace) is { } conflict)
        {
            throw Taken(conflict);
        }
    }

    private static RefusedException Taken(string conflict) => new(409, "concept_exists", conflict, "word");

    private async Task ChangeAsync(Func<IReadOnlyList<Concept>, IReadOnlyList<Concept>> change, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            host.UseTaught(TaughtConceptFile.Change(_path, change));
        }
        catch (ConceptFileException error)
        {
            throw new RefusedException(507, "concept_not_kept", error.Message, "word");
        }
        finally
        {
            _turn.Release();
        }
    }
}
