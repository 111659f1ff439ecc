using System.Buffers.Binary;
using System.Security.Cryptography;

namespace SparseClip.Vlm.Core.Steering;

/// <summary>
/// An immutable list of edits in canonical order, with a hash that is equal for equal plans. Edits of different features commute and
/// are sorted by feature; edits of one feature keep the order in which they were given.
/// </summary>
public sealed class SteeringPlan : IEquatable<SteeringPlan>
{
    private SteeringPlan(IReadOnlyList<SteeringEdit> edits, bool clamp)
    {
        Edits = edits;
        Clamp = clamp;
        Hash = ComputeHash(edits, clamp);
    }

    /// <summary>The plan that changes nothing.</summary>
    public static SteeringPlan Empty { get; } = new([], clamp: true);

    /// <summary>The edits, in canonical order.</summary>
    public IReadOnlyList<SteeringEdit> Edits { get; }

    /// <summary>Whether values are held within the feature's safe range.</summary>
    public bool Clamp { get; }

    /// <summary>SHA-256 over the canonical form, lower-case hexadecimal; part of the key of cached prefixes.</summary>
    public string Hash { get; }

    /// <summary>The words that are set or added, each once: what they mean may have other words, and these are the ones that were said.</summary>
    public IEnumerable<string> RaisedWords => Edits.Where(edit => edit is { Operation: SteeringOperation.Set or SteeringOperation.Add, Value: > 0, Word: not null }).Select(edit => edit.Word!).Distinct(StringComparer.Ordinal);

    /// <summary>Whether it changes nothing.</summary>
    public bool IsEmpty => Edits.Count == 0;

    /// <summary>Validates and orders edits.</summary>
    /// <param name="edits">In the order in which they apply.</param>
    /// <param name="clamp">Whether to hold values within the safe range.</param>
    /// <exception cref="SteeringException">A value is not finite or negative where it may not be, or a region is not within the picture.</exception>
    public static SteeringPlan Create(IEnumerable<SteeringEdit> edits, bool clamp = true)
    {
        ArgumentNullException.ThrowIfNull(edits);
        var list = new List<SteeringEdit>();
        foreach (var edit in edits)
        {
            ArgumentNullException.ThrowIfNull(edit, nameof(edits));
            SteeringRules.Check(edit);
            list.Add(Canonical(edit));
        }

        return list.Count == 0 ? Empty : new SteeringPlan([.. list.OrderBy(edit => edit.Feature)], clamp);
    }

    /// <summary>One form for edits that do the same: negative zeros become zero, and the whole picture as a region is no region.</summary>
    private static SteeringEdit Canonical(SteeringEdit edit) => edit with
    {
        Value = edit.Operation == SteeringOperation.Ablate ? 0f : edit.Value + 0f,
        Region = edit.Region is { } region && region != PictureRegion.Whole
            ? new PictureRegion(region.X0 + 0f, region.Y0 + 0f, region.X1, region.Y1)
            : null,
    };

    private static string ComputeHash(IReadOnlyList<SteeringEdit> edits, bool clamp)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> record = stackalloc byte[28];
        sha.AppendData([clamp ? (byte)1 : (byte)0]);
        foreach (var edit in edits)
        {
            var region = edit.Region ?? PictureRegion.Whole;
            BinaryPrimitives.WriteInt32LittleEndian(record, edit.Feature.Value);
            BinaryPrimitives.WriteInt32LittleEndian(record[4..], (int)edit.Operation);
            BinaryPrimitives.WriteSingleLittleEndian(record[8..], edit.Value);
            BinaryPrimitives.WriteSingleLittleEndian(record[12..], region.X0);
            BinaryPrimitives.WriteSingleLittleEndian(record[16..], region.Y0);
            BinaryPrimitives.WriteSingleLittleEndian(record[20..], region.X1);
            BinaryPrimitives.WriteSingleLittleEndian(record[24..], region.Y1);
            sha.AppendData(record);
        }

        return Convert.ToHexStringLower(sha.GetHashAndReset());
    }

    /// <inheritdoc />
    public bool Equals(SteeringPlan? other) => other is not null && Hash == other.Hash;

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as SteeringPlan);

    /// <inheritdoc />
    public override int GetHashCode() => Hash.GetHashCode(StringComparison.Ordinal);
}
