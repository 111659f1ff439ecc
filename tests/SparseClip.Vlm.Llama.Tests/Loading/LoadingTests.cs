using System.Diagnostics;
using SparseClip.Vlm.Llama.Loading;

namespace SparseClip.Vlm.Llama.Tests.Loading;

public sealed class LoadingTests
{
    [Fact]
    public void The_libraries_are_the_build_that_the_binding_belongs_to()
    {
        LlamaRuntime.EnsureLoaded();
        Assert.Equal(Environment.GetEnvironmentVariable(LlamaRuntime.EnvironmentVariable) ?? NativeLibraries.Packaged, LlamaRuntime.Folder);
        NativeLibraries.CheckCommit("somewhere", LlamaExports.Commit());
    }

    [Theory]
    [InlineData("0ad4a86")]
    [InlineData("815a2a592")]
    [InlineData("815a2a")]
    [InlineData("unknown")]
    [InlineData("")]
    public void Libraries_of_another_build_are_refused(string commit)
    {
        var error = Assert.Throws<LlamaException>(() => NativeLibraries.CheckCommit("somewhere", commit));
        Assert.Contains($"'{commit}'", error.Message, StringComparison.Ordinal);
        Assert.Contains(LlamaRuntime.Commit, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("815a2a5")]
    [InlineData("815a2a591c0ffee")]
    public void A_commit_may_be_abbreviated_otherwise(string commit) => NativeLibraries.CheckCommit("somewhere", commit);

    [Fact]
    public void A_missing_library_says_where_it_was_looked_for_and_what_to_do()
    {
        var empty = Directory.CreateTempSubdirectory().FullName;
        foreach (var folder in (string[])[empty, Path.Combine(empty, "none")])
        {
            var error = Assert.Throws<LlamaException>(() => NativeLibraries.Select(folder));
            Assert.Contains(folder, error.Message, StringComparison.Ordinal);
            Assert.Contains(LlamaRuntime.EnvironmentVariable, error.Message, StringComparison.Ordinal);
        }

        Directory.Delete(empty);
    }

    [Fact]
    public void A_library_that_does_not_load_is_told_in_the_words_of_the_systems_loader()
    {
        var folder = Directory.CreateTempSubdirectory();
        File.WriteAllText(Path.Combine(folder.FullName, "libggml-cpu.so"), "no library");
        var error = NativeLibraries.Failure(folder.FullName, new InvalidOperationException("LLamaSharp gives no reason"));
        Assert.Contains(folder.FullName, error.Message, StringComparison.Ordinal);
        Assert.Contains("libggml-cpu.so", error.Message, StringComparison.Ordinal);
        Assert.Contains("libgomp1", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("gives no reason", error.Message, StringComparison.Ordinal);
        folder.Delete(recursive: true);
    }

    [Fact]
    public void A_second_folder_in_one_process_is_refused()
    {
        LlamaRuntime.EnsureLoaded();
        Assert.Throws<LlamaException>(() => LlamaRuntime.EnsureLoaded(Path.GetTempPath()));
    }

    [Fact]
    public async Task Another_build_of_the_same_commit_is_taken_from_the_folder_that_is_named()
    {
        var elsewhere = Directory.CreateTempSubdirectory();
        var level = Directory.GetDirectories(NativeLibraries.Packaged, "noavx").Single();
        Copy(level, elsewhere.FullName, content: null);
        var said = await LoadInAnotherProcessAsync((LlamaRuntime.EnvironmentVariable, elsewhere.FullName));
        Assert.Contains("Total: 1, Errors: 0, Failed: 0", said, StringComparison.Ordinal);
        elsewhere.Delete(recursive: true);
    }

    [Fact]
    public async Task A_folder_with_libraries_that_do_not_load_ends_in_an_error_that_names_it()
    {
        var elsewhere = Directory.CreateTempSubdirectory();
        Copy(Directory.GetDirectories(NativeLibraries.Packaged, "noavx").Single(), elsewhere.FullName, "no library");
        var said = await LoadInAnotherProcessAsync((LlamaRuntime.EnvironmentVariable, elsewhere.FullName));
        Assert.Contains($"The llama.cpp libraries in '{elsewhere.FullName}' could not be loaded", said, StringComparison.Ordinal);
        elsewhere.Delete(recursive: true);
    }

    /// <summary>OpenMP prints its settings when it is loaded, if it is asked to.</summary>
    [Fact]
    public async Task Threads_spin_shortly_before_they_sleep_unless_the_user_has_chosen()
    {
        var ours = await LoadInAnotherProcessAsync(("OMP_DISPLAY_ENV", "VERBOSE"));
        Assert.Contains($"{OpenMpWaiting.Variable} = '{OpenMpWaiting.Rounds}'", ours, StringComparison.Ordinal);
        var chosen = await LoadInAnotherProcessAsync(("OMP_DISPLAY_ENV", "VERBOSE"), ("OMP_WAIT_POLICY", "PASSIVE"));
        Assert.Contains($"{OpenMpWaiting.Variable} = '0'", chosen, StringComparison.Ordinal);
    }

    /// <summary>Copies llama.cpp's libraries, or files of their names with another content.</summary>
    private static void Copy(string from, string to, string? content)
    {
        foreach (var file in Directory.EnumerateFiles(from))
        {
            var target = Path.Combine(to, Path.GetFileName(file));
            if (content is null)
            {
                File.Copy(file, target);
            }
            else
            {
                File.WriteAllText(target, content);
            }
        }
    }

    /// <summary>Runs the first test of this class alone in a process of its own. Returns what it printed.</summary>
    private static Task<string> LoadInAnotherProcessAsync(params ReadOnlySpan<(string Name, string Value)> environment)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList =
            {
                typeof(LoadingTests).Assembly.Location, "-noLogo", "-noColor", "-method",
                $"{typeof(LoadingTests).FullName}.{nameof(The_libraries_are_the_build_that_the_binding_belongs_to)}",
            },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return OutputAsync(start);
    }

    private static async Task<string> OutputAsync(ProcessStartInfo start)
    {
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return output + await errors;
    }
}
