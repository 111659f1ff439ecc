using System.Text;
using CsCheck;
using SparseClip.Vlm.Llama.Generation;

namespace SparseClip.Vlm.Llama.Tests.Generation;

public sealed class TextStreamTests
{
    [Fact]
    public void A_character_appears_when_its_last_byte_came()
    {
        var stream = new TextStream([]);
        var dog = Encoding.UTF8.GetBytes("🐶");
        Assert.Equal("", stream.Add(dog.AsSpan(0, 2)));
        Assert.Equal("", stream.Add(dog.AsSpan(2, 1)));
        Assert.Equal("🐶a", stream.Add([dog[3], (byte)'a']));
    }

    [Fact]
    public void An_unfinished_character_is_dropped_at_the_end()
    {
        var stream = new TextStream([]);
        Assert.Equal("a", stream.Add([(byte)'a', 0xF0, 0x9F]));
        Assert.Equal("", stream.Finish());
    }

    [Fact]
    public void What_may_become_a_stop_is_held_back_and_given_when_it_does_not()
    {
        var stream = new TextStream(["END"]);
        Assert.Equal("x", stream.Add("xEN"u8));
        Assert.False(stream.Stopped);
        Assert.Equal("ENjoy", stream.Add("joy"u8));
        Assert.Equal("", stream.Add("E"u8));
        Assert.Equal("E", stream.Finish());
    }

    [Fact]
    public void The_earliest_stop_ends_the_text()
    {
        var stream = new TextStream(["later", "so"]);
        Assert.Equal("and ", stream.Add("and so later"u8));
        Assert.True(stream.Stopped);
    }

    [Fact]
    public void However_the_bytes_arrive_the_text_is_what_stands_before_the_first_stop() =>
        Gen.Select(Gen.Char["abé🐶\n"].Array[0, 30].Select(c => new string(c)), Gen.Char["abé"].Array[1, 3].Select(c => new string(c)), Gen.Int[1, 5])
            .Sample((text, stop, size) =>
            {
                var stream = new TextStream([stop]);
                var bytes = Encoding.UTF8.GetBytes(text);
                var said = new StringBuilder();
                for (var at = 0; at < bytes.Length && !stream.Stopped; at += size)
                {
                    said.Append(stream.Add(bytes.AsSpan(at, Math.Min(size, bytes.Length - at))));
                }

                said.Append(stream.Finish());
                var clean = Encoding.UTF8.GetString(bytes);
                var end = clean.IndexOf(stop, StringComparison.Ordinal);
                Assert.Equal(end < 0 ? clean : clean[..end], said.ToString());
            });
}
