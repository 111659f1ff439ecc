using System.Net;
using NetVips;
using SparseClip.Vlm.Server.Tests.Hosting;

namespace SparseClip.Vlm.Server.Tests.Faults;

/// <summary>Picture files of many kinds, changed at random by one seed each: looked at or refused, and the server goes on.</summary>
public sealed class MutatedPictureTests(RunningServer server)
{
    private const int Files = 200;

    [Fact]
    public async Task A_picture_that_was_changed_is_looked_at_or_refused()
    {
        byte[][] wholes = [.. Wholes()];
        var seen = new Dictionary<HttpStatusCode, int>();
        for (var seed = 1; seed <= Files; seed++)
        {
            using var answer = await server.UploadAsync(Mutated(wholes[seed % wholes.Length], new Random(seed)));
            Assert.True(
                answer.StatusCode is HttpStatusCode.Created or HttpStatusCode.UnprocessableEntity or HttpStatusCode.UnsupportedMediaType or HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.BadRequest,
                $"seed {seed}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(HttpAnswers.Stop)}");
            seen[answer.StatusCode] = seen.GetValueOrDefault(answer.StatusCode) + 1;
        }

        Assert.True(seen.GetValueOrDefault(HttpStatusCode.Created) > 0 && seen.GetValueOrDefault(HttpStatusCode.UnprocessableEntity) > 0, string.Join(' ', seen));
        using var live = await server.GetAsync("/health/ready");
        Assert.Equal(HttpStatusCode.OK, live.StatusCode);
    }

    private static byte[] Mutated(byte[] whole, Random random)
    {
        var bytes = whole.ToArray();
        if (random.Next(5) == 0)
        {
            return bytes[..random.Next(bytes.Length)];
        }

        // Half of the changes fall into the first bytes, where sizes and kinds stand.
        for (var change = random.Next(1, 12); change > 0; change--)
        {
            var at = random.Next(random.Next(2) == 0 ? Math.Min(64, bytes.Length) : bytes.Length);
            if (random.Next(3) == 0)
            {
                random.NextBytes(bytes.AsSpan(at, Math.Min(random.Next(1, 16), bytes.Length - at)));
            }
            else
            {
                bytes[at] ^= (byte)(1 << random.Next(8));
            }
        }

        return bytes;
    }

    /// <summary>A small picture in every kind that libvips writes, and one that is not read.</summary>
    private static IEnumerable<byte[]> Wholes()
    {
        using var picture = Image.NewFromBuffer(TestPng.Noise(64, 48, 5));
        foreach (var kind in (string[])[".png", ".jpg", ".webp", ".gif", ".tif", ".avif"])
        {
            yield return picture.WriteToBuffer(kind);
        }

        yield return """<svg xmlns="http://www.w3.org/2000/svg" width="48" height="32"><rect width="20" height="10" fill="#c00"/><text x="2" y="20">a</text></svg>"""u8.ToArray();
    }
}
