using SparseClip.Vlm.Llama.Interop;
using SparseClip.Vlm.Llama.Loading;

namespace SparseClip.Vlm.Llama.Tests.Loading;

public sealed class LoadingTests
{
    [Fact]
    public void The_built_library_passes_the_proof()
    {
        LlamaRuntime.EnsureLoaded();
        Assert.StartsWith("0.", LlamaRuntime.Version, StringComparison.Ordinal);
        Assert.Null(LayoutProof.ModelDrift(LlamaNative.llama_model_default_params()));
        Assert.Null(LayoutProof.ContextDrift(LlamaNative.llama_context_default_params()));
    }

    [Fact]
    public void A_moved_field_is_named()
    {
        LlamaRuntime.EnsureLoaded();
        var model = LlamaNative.llama_model_default_params();
        model.use_extra_bufts = 0;
        Assert.Contains("use_extra_bufts is 0 instead of 1", LayoutProof.ModelDrift(model), StringComparison.Ordinal);
        var context = LlamaNative.llama_context_default_params();
        context.type_v = 30;
        Assert.Contains("type_v is 30 instead of 1", LayoutProof.ContextDrift(context), StringComparison.Ordinal);
    }

    [Fact]
    public void Another_version_is_refused()
    {
        LlamaRuntime.EnsureLoaded();
        foreach (var version in (string[])["0.6.0", "0.50.0", "b4000", ""])
        {
            Assert.Contains($"'{version}'", Assert.Throws<LlamaException>(() => LayoutProof.Check(version, "somewhere")).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_missing_library_says_where_it_was_looked_for_and_what_to_do()
    {
        var empty = Directory.CreateTempSubdirectory().FullName;
        foreach (var folder in (string[])[empty, Path.Combine(empty, "none")])
        {
            var error = Assert.Throws<LlamaException>(() => NativeLibraryLocator.Find(folder, LlamaNative.Llama));
            Assert.Contains(folder, error.Message, StringComparison.Ordinal);
            Assert.Contains(NativeLibraryLocator.EnvironmentVariable, error.Message, StringComparison.Ordinal);
        }

        Directory.Delete(empty);
    }

    [Theory]
    [InlineData("libllama.v0.5.0.so", "libggml.v0.5.0.so")]
    [InlineData("libllama.so", "libggml.so")]
    [InlineData("libllama.so.0.5.0", "libggml.so.0")]
    [InlineData("llama.dll", "ggml.dll")]
    [InlineData("llama.v0.4.0.dll", "ggml.v0.4.0.dll")]
    [InlineData("libllama.dylib", "libggml.0.dylib")]
    public void Libraries_are_found_by_pattern(string llama, string ggml)
    {
        var folder = Directory.CreateTempSubdirectory().FullName;
        foreach (var name in (string[])[llama, ggml, "libllama-common.so", "libggml-base.so", "libggml-cpu-zen4.so", "llama-addon.node", "ggml-cpu.dll"])
        {
            File.WriteAllText(Path.Combine(folder, name), "");
        }

        Assert.Equal(llama, Path.GetFileName(NativeLibraryLocator.Find(folder, LlamaNative.Llama)));
        Assert.Equal(ggml, Path.GetFileName(NativeLibraryLocator.Find(folder, LlamaNative.Ggml)));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void A_second_folder_in_one_process_is_refused()
    {
        LlamaRuntime.EnsureLoaded();
        Assert.Throws<LlamaException>(() => LlamaRuntime.EnsureLoaded(Path.GetTempPath()));
    }
}
