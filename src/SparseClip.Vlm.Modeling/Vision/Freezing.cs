using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Vision;

/// <summary>Turns training of a module's own parameters and its children's on and off.</summary>
internal static class Freezing
{
    public static void SetTrained(this nn.Module module, bool trained)
    {
        foreach (var parameter in module.parameters())
        {
            parameter.requires_grad = trained;
        }
    }
}
