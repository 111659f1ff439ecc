using System.Text.Json;
using SparseClip.Vlm.Tests.Shared;
using SparseClip.Vlm.Web.State;

namespace SparseClip.Vlm.Web.Tests.State;

/// <summary>What lies beside the page is what the strip offers: every picture small, labelled, and with its origin and licence.</summary>
public sealed class SampleTests
{
    private const int MostBytes = 60 * 1024;

    private static string Folder { get; } = Path.Combine(RepositoryFiles.Root, "web", "SparseClip.Vlm.Web", "wwwroot", "samples");

    [Fact]
    public void Every_picture_of_the_folder_is_offered_and_labelled_in_one_order()
    {
        var offered = Sample.All.Select(sample => Path.GetFileName(sample.File)).ToList();
        Assert.Equal(offered.Order(StringComparer.Ordinal), Directory.GetFiles(Folder, "*.webp").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal));
        Assert.Equal(offered, File.ReadLines(Path.Combine(Folder, "labels.jsonl")).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("file").GetString()));
    }

    [Fact]
    public void No_two_say_the_same_and_none_is_large()
    {
        Assert.Distinct(Sample.All.Select(sample => sample.Alt));
        Assert.All(Sample.All, sample => Assert.InRange(new FileInfo(Path.Combine(Folder, "..", sample.File)).Length, 1, MostBytes));
    }

    [Fact]
    public void Origin_and_licence_of_each_are_told()
    {
        var origins = File.ReadLines(Path.Combine(Folder, "README.md")).TakeWhile(line => !line.StartsWith("## What", StringComparison.Ordinal)).ToList();
        Assert.All(Sample.All, sample => Assert.Contains(origins, line => line.StartsWith($"| {Path.GetFileName(sample.File)} |", StringComparison.Ordinal) && line.Count(letter => letter == '|') == 5));
    }
}
