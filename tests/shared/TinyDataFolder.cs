using System.Formats.Tar;
using System.Text.Json;
using NetVips;
using SparseClip.Vlm.Data.Shards;

namespace SparseClip.Vlm.Tests.Shared;

/// <summary>A built data folder in small: drawn icons of several artists, photographs (some held out) and backgrounds, in real shards.</summary>
public sealed class TinyDataFolder : IDisposable
{
    public const int Labels = 60;

    private static readonly byte[][] Colours = [[220, 30, 30], [30, 160, 40], [40, 70, 220], [240, 210, 40], [0, 0, 0]];

    public TinyDataFolder(bool withDamage = false)
    {
        Path = Directory.CreateTempSubdirectory("tiny-data").FullName;
        Directory.CreateDirectory(System.IO.Path.Combine(Path, "shards"));
        foreach (var (source, split) in new[] { ("noto", "train"), ("twemoji", "train"), ("fxemoji", "train"), ("openmoji", "validation") })
        {
            Write(source, Enumerable.Range(0, Labels).Select(i => (Entry(source, "icon", i, $"thing{Word(i)}", split), Icon(i))));
        }

        Write("snaps", Enumerable.Range(0, 40).Select(i => (
            Entry("snaps", "photo", i, $"photo{Word(i % 20)}", i % 10 == 0 ? "heldout" : "train"),
            withDamage && i == 3 ? "no picture at all"u8.ToArray() : Photo(i, 80 + i, 70))));
        Write("backgrounds", Enumerable.Range(0, 3).Select(i => (Entry("land", "background", i, "desert", "train"), Photo(i, 200, 150))));
    }

    public string Path { get; }

    public void Dispose() => Directory.Delete(Path, recursive: true);

    /// <summary>An RGBA PNG: an ellipse or a bar of one colour, off centre, on nothing.</summary>
    public static byte[] Icon(int i)
    {
        const int side = 40;
        var colour = Colours[i % Colours.Length];
        var pixels = new byte[side * side * 4];
        for (var y = 0; y < side; y++)
        {
            for (var x = 0; x < side; x++)
            {
                var isInside = i % 2 == 0 ? Math.Pow((x - 22) / 14.0, 2) + Math.Pow((y - 20) / 17.0, 2) <= 1 : x is >= 5 and < 30 && y is >= 12 and < 30;
                if (isInside)
                {
                    colour.CopyTo(pixels, ((y * side) + x) * 4);
                    pixels[(((y * side) + x) * 4) + 3] = 255;
                }
            }
        }

        using var image = Image.NewFromMemory(pixels, side, side, 4, Enums.BandFormat.Uchar);
        return image.PngsaveBuffer();
    }

    public static byte[] Photo(int i, int width, int height)
    {
        var pixels = new byte[width * height * 3];
        for (var p = 0; p < pixels.Length; p++)
        {
            pixels[p] = (byte)((p * (i + 3) / 7) + (i * 11));
        }

        using var image = Image.NewFromMemory(pixels, width, height, 3, Enums.BandFormat.Uchar);
        return image.JpegsaveBuffer(q: 85);
    }

    private static string Word(int i) => $"{(char)('a' + (i / 26))}{(char)('a' + (i % 26))}";

    private static CatalogueEntry Entry(string source, string kind, int i, string label, string split) => new(
        $"{source}-{i:D4}", kind, source, source, source + "-1.0", $"item{i}", label, [$"tag{Word(i % 30)}", "things"], "Objects", null, true, "CC0-1.0", split, source + "-0000.tar");

    private void Write(string source, IEnumerable<(CatalogueEntry Entry, byte[] Picture)> items)
    {
        using var tar = new TarWriter(File.Create(System.IO.Path.Combine(Path, "shards", source + "-0000.tar")), TarEntryFormat.Pax);
        foreach (var (entry, picture) in items)
        {
            Put(tar, entry.Key + (entry.Kind == "icon" ? ".png" : ".jpg"), picture);
            Put(tar, entry.Key + ".json", JsonSerializer.SerializeToUtf8Bytes(entry, CatalogueEntry.Json));
        }
    }

    internal static void Put(TarWriter tar, string name, byte[] bytes) =>
        tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(bytes) });
}
