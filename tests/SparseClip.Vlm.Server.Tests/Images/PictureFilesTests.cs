using SparseClip.Vlm.Core.Pictures;
using SparseClip.Vlm.Server.Images;
using SparseClip.Vlm.Server.Operations;
using SparseClip.Vlm.Server.Refusals;
using SparseClip.Vlm.Server.Tests.Hosting;

namespace SparseClip.Vlm.Server.Tests.Images;

public sealed class PictureFilesTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sparseclip-files-");

    private string Pictures => Path.Combine(_folder.FullName, "pictures");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Only_the_files_used_last_are_kept_and_at_most_15_more()
    {
        var files = new PictureFiles(Pictures, capacity: 3);
        var added = Enumerable.Range(0, 50).Select(number => new PictureFile(BitConverter.GetBytes(number))).ToList();
        for (var i = 0; i < added.Count; i++)
        {
            await files.AddAsync(added[i], HttpAnswers.Stop);
            SetAge(added[i], minutes: added.Count - i);
            Assert.InRange(Directory.GetFiles(Pictures).Length, Math.Min(i + 1, 3), 3 + 15);
        }

        Assert.Equal(added[^1].Bytes, (await files.ReadAsync(added[^1].Id, HttpAnswers.Stop))?.Bytes);
        Assert.Null(await files.ReadAsync(added[0].Id, HttpAnswers.Stop));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_file_that_is_used_stays(bool byReading)
    {
        var files = new PictureFiles(Pictures, capacity: 2);
        var old = new PictureFile("old"u8.ToArray());
        await files.AddAsync(old, HttpAnswers.Stop);
        var other = old;
        for (var number = 0; number < 16; number++)
        {
            other = new PictureFile(BitConverter.GetBytes(number));
            SetAge(old, minutes: 90);
            await (byReading ? files.ReadAsync(old.Id, HttpAnswers.Stop) : files.AddAsync(old, HttpAnswers.Stop));
            await files.AddAsync(other, HttpAnswers.Stop);
            SetAge(other, minutes: 60);
        }

        Assert.Equal(new[] { old.Id, other.Id }.Order(), Directory.GetFiles(Pictures).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task Only_ids_become_paths()
    {
        // As long as an id, and a path out of the folder.
        var outside = Path.Combine(_folder.FullName, new string('a', 61));
        Directory.CreateDirectory(Pictures);
        await File.WriteAllTextAsync(outside, "mine", HttpAnswers.Stop);
        var files = new PictureFiles(Pictures, capacity: 3);
        Assert.Null(await files.ReadAsync("../" + Path.GetFileName(outside), HttpAnswers.Stop));
        Assert.Null(await files.ReadAsync(outside, HttpAnswers.Stop));
        Assert.Equal("mine", await File.ReadAllTextAsync(outside, HttpAnswers.Stop));
    }

    [Fact]
    public async Task A_file_whose_bytes_are_no_longer_those_of_its_id_is_dropped()
    {
        var files = new PictureFiles(Pictures, capacity: 3);
        var file = new PictureFile("as it was"u8.ToArray());
        await files.AddAsync(file, HttpAnswers.Stop);
        await File.WriteAllTextAsync(Path.Combine(Pictures, file.Id), "as it", HttpAnswers.Stop);
        Assert.Null(await files.ReadAsync(file.Id, HttpAnswers.Stop));
        await files.AddAsync(file, HttpAnswers.Stop);
        Assert.Equal(file.Bytes, (await files.ReadAsync(file.Id, HttpAnswers.Stop))?.Bytes);
    }

    [Fact]
    public async Task A_folder_that_can_no_longer_be_written_to_is_told_and_nothing_is_left_of_the_file()
    {
        await File.WriteAllTextAsync(Pictures, "a file where the folder was", HttpAnswers.Stop);
        var error = await Assert.ThrowsAsync<RefusedException>(
            () => new PictureFiles(Pictures, capacity: 3).AddAsync(new PictureFile("one"u8.ToArray()), HttpAnswers.Stop));
        Assert.Equal((507, "image_not_kept"), (error.Refusal.Status, error.Refusal.Code));
        Assert.Single(_folder.GetFileSystemInfos());
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_a_problem_and_one_that_can_is_made_and_left_empty()
    {
        Assert.Null(PictureFiles.Problem(Pictures));
        Assert.Empty(Directory.GetFileSystemEntries(Pictures));
        var file = Path.Combine(_folder.FullName, "file");
        File.WriteAllText(file, "");
        var problem = PictureFiles.Problem(Path.Combine(file, "img"));
        Assert.Contains(Path.Combine(file, "img"), problem, StringComparison.Ordinal);
        Assert.Contains("ImageDirectory", problem, StringComparison.Ordinal);
    }

    private void SetAge(PictureFile file, int minutes)
    {
        var path = Path.Combine(Pictures, file.Id);
        if (File.Exists(path))
        {
            File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddMinutes(-minutes));
        }
    }
}
