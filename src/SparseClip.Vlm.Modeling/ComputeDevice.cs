using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling;

/// <summary>
/// Where tensors live and are computed, one choice for the whole process: what is made anew or read from a file is put there. Values pass between it and the
/// host's memory only where bytes come in (pictures, files) and go out (files, results).
/// </summary>
public static class ComputeDevice
{
    /// <summary>The devices that can be chosen.</summary>
    public static IReadOnlyList<string> Names { get; } = ["cpu", "cuda"];

    /// <summary>The chosen device; the CPU before any choice.</summary>
    public static Device Current => get_default_device();

    /// <summary>Whether it is a GPU.</summary>
    public static bool IsGpu => Current.type != DeviceType.CPU;

    /// <summary>Chooses it. Call it before any tensor is made.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <exception cref="ConfigurationException">There is no such device, or no library for it.</exception>
    public static void Use(string name)
    {
        if (!Names.Contains(name, StringComparer.Ordinal))
        {
            throw new ConfigurationException($"There is no device '{name}': choose one of {string.Join(", ", Names)}.");
        }

        if (name == "cpu")
        {
            set_default_device(CPU);
            return;
        }

        if (!cuda.is_available())
        {
            throw new ConfigurationException(
                "There is no CUDA device that libtorch reaches: it needs an NVIDIA GPU with its driver, and a build with -p:TorchDevice=cuda (docs/training.md, \"On a GPU\"). Leave the device out to compute on the CPU.");
        }

        set_default_device(CUDA);
    }

    /// <summary>The same values on the chosen device; the same tensor where it is there already.</summary>
    /// <param name="values">Values in the host's memory.</param>
    public static Tensor ToDevice(this Tensor values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return values.device_type == Current.type ? values : values.to(Current);
    }

    /// <summary>The same values in the host's memory, where their bytes can be read; the same tensor where they are there already.</summary>
    public static Tensor ToHost(this Tensor values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return values.device_type == DeviceType.CPU ? values : values.cpu();
    }
}
