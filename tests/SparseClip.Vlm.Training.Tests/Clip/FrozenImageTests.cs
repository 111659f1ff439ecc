using SparseClip.Vlm.Modeling;
using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Tests.Shared;
using SparseClip.Vlm.Training.Clip;
using SparseClip.Vlm.Training.Clip.Presets;

namespace SparseClip.Vlm.Training.Tests.Clip;

/// <summary>Training the text side of a finished tower alone.</summary>
[Slow]
[Collection(OneThread.Name)]
public sealed class FrozenImageTests : IDisposable
{
    private readonly TinyClipRun _run = new();
    private readonly TinyClipRun _next = new();

    public void Dispose()
    {
        _run.Dispose();
        _next.Dispose();
    }

    [Fact]
    public void The_image_side_stays_bit_by_bit_while_words_move_the_text_side()
    {
        var tower = FinishedParts.Tower;
        var words = new List<double>();

        var preset = Steps(20) with { Balance = null, Words = new ClipWordOptions(6, 1) };
        var after = _next.Train(preset, progress => words.Add(progress.Losses["words"]), init: tower, freezeImage: true);

        Assert.True(Assert.Single(words) > 0);
        using var one = SafetensorsFile.Open(tower);
        using var other = SafetensorsFile.Open(after);
        Assert.All(one.Entries, entry =>
        {
            var same = one.LoadFloats(entry.Name).SequenceEqual(other.LoadFloats(entry.Name));
            Assert.True(same || entry.Name.StartsWith("text_head.", StringComparison.Ordinal) || entry.Name.StartsWith("scale.", StringComparison.Ordinal), entry.Name);
        });
        Assert.False(one.LoadFloats("text_head.head.weight").SequenceEqual(other.LoadFloats("text_head.head.weight")));
    }

    [Fact]
    public void Photographs_are_balanced_over_a_frozen_trunk_and_a_run_that_stopped_goes_on()
    {
        var tower = FinishedParts.Tower;
        var preset = Steps(6) with { PhotographBalance = new ClipBalanceOptions(0, 0.01, 0.05, 0) };
        using var balanced = SafetensorsFile.Open(_next.Train(preset, init: tower, freeze: true));
        using var third = new TinyClipRun();
        _ = third.Train(preset with { Steps = 3 }, init: tower, freeze: true);
        using var resumed = SafetensorsFile.Open(third.Train(preset, init: tower, freeze: true));
        using var start = SafetensorsFile.Open(tower);

        Assert.NotEqual(start.LoadFloats("image_head.weight"), balanced.LoadFloats("image_head.weight"));
        Assert.Equal(start.LoadFloats("trunk.head.conv.weight"), balanced.LoadFloats("trunk.head.conv.weight"));
        Assert.Equal(6, third.Checkpoint().Step);
        Assert.True(resumed.LoadFloats("image_head.bias").All(float.IsFinite));

        using var other = new TinyClipRun();
        foreach (var wrong in new Func<string>[] { () => other.Train(preset), () => other.Train(preset, init: tower) })
        {
            Assert.Contains("photograph_balance", Assert.Throws<ConfigurationException>(wrong).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_share_of_the_start_stays_in_what_is_saved()
    {
        var tower = FinishedParts.Tower;
        var preset = Steps(3) with { Balance = null };
        using var learned = SafetensorsFile.Open(_next.Train(preset, init: tower, freezeImage: true));
        using var third = new TinyClipRun();
        using var mixed = SafetensorsFile.Open(third.Train(preset with { StartShare = 0.25 }, init: tower, freezeImage: true));
        using var start = SafetensorsFile.Open(tower);

        Assert.All(start.Entries, entry =>
        {
            var (a, b) = (start.LoadFloats(entry.Name), learned.LoadFloats(entry.Name));
            Assert.Equal(a.Zip(b, (one, other) => (0.25f * one) + (0.75f * other)), mixed.LoadFloats(entry.Name), (x, y) => Math.Abs(x - y) <= 2e-3f * (1 + Math.Abs(x)));
        });
    }

    [Fact]
    public void Pictures_that_come_again_are_seen_once_and_captioned_anew()
    {
        var tower = FinishedParts.Tower;
        var sizes = new List<int>();
        var preset = Steps(9) with { Balance = null, TextBalance = new ClipBalanceOptions(0.01, 0.1, 2e-3, 0), Words = new ClipWordOptions(6, 1), DistinctBatches = 2 };

        using var remembered = SafetensorsFile.Open(_next.Train(preset, init: tower, freezeImage: true, opened: sizes.Add));
        _ = _next.Train(preset with { Steps = 12 }, init: tower, freezeImage: true);

        Assert.Equal(12, _next.Checkpoint().Step);
        using var third = new TinyClipRun();
        using var heads = SafetensorsFile.Open(third.Train(Steps(9) with { DistinctBatches = 2 }, init: tower, freeze: true));
        using var start = SafetensorsFile.Open(tower);
        Assert.All(start.Entries.Where(entry => entry.Name.StartsWith("trunk.", StringComparison.Ordinal)), entry =>
            Assert.Equal(start.LoadFloats(entry.Name), heads.LoadFloats(entry.Name)));
        Assert.Equal(start.LoadFloats("image_head.weight"), remembered.LoadFloats("image_head.weight"));
        Assert.NotEqual(start.LoadFloats("image_head.weight"), heads.LoadFloats("image_head.weight"));
    }

    [Fact]
    public void Pictures_cannot_come_again_while_the_trunk_learns()
    {
        var error = Assert.Throws<ConfigurationException>(() => _next.Train(Steps(1) with { DistinctBatches = 2 }));
        Assert.Contains("--freeze-trunk", error.Message, StringComparison.Ordinal);
        Assert.Contains("distinct_batches", (Steps(1) with { DistinctBatches = 0 }).Problem(), StringComparison.Ordinal);
        Assert.Contains("first", (Steps(1) with { DistinctBatches = 2, First = new ClipFirstPart(32, 0.5) }).Problem(), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_words_there_is_no_such_loss()
    {
        var names = new List<string>();
        _run.Train(Steps(20), progress => names.AddRange(progress.Losses.Keys));
        Assert.Equal(["contrastive", "distillation", "naming"], names);
    }

    [Fact]
    public void What_cannot_be_frozen_is_refused_with_what_to_do()
    {
        var tower = FinishedParts.Tower;
        Refused("--init", Steps(1) with { Balance = null }, null);
        Refused("balance", Steps(1), tower);
        Refused("another shape", Steps(1) with { Balance = null, Dimension = 48 }, tower);

        var error = Assert.Throws<ConfigurationException>(() => _next.Train(Steps(1) with { StartShare = 0.5 }));
        Assert.Contains("--init", error.Message, StringComparison.Ordinal);
        Assert.Contains("start_share", (TinyClipRun.Preset(1) with { StartShare = 2 }).Problem(), StringComparison.Ordinal);
    }

    private static ClipPreset Steps(long steps) => TinyClipRun.Preset(600) with { Steps = steps };

    private void Refused(string expected, ClipPreset preset, string? init)
    {
        var error = Assert.Throws<ConfigurationException>(() => _next.Train(preset, init: init, freezeImage: true));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Contains("--freeze-image", error.Message, StringComparison.Ordinal);
    }
}
