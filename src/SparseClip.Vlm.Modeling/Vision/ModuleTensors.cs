using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Vision;

/// <summary>What holds for all parameters and buffers of a module and its children.</summary>
public static class ModuleTensors
{
    /// <summary>
    /// Makes the module the only owner of its tensors. A module that is built inside a dispose scope would otherwise lose them
    /// when the scope ends. Call it last in the constructor of an outermost module.
    /// </summary>
    public static void OwnTensors(this nn.Module module)
    {
        foreach (var parameter in module.parameters())
        {
            parameter.DetachFromDisposeScope();
        }

        foreach (var buffer in module.buffers())
        {
            buffer.DetachFromDisposeScope();
        }
    }

    /// <summary>Turns gradients of all parameters on or off.</summary>
    public static void SetTrained(this nn.Module module, bool trained)
    {
        foreach (var parameter in module.parameters())
        {
            parameter.requires_grad = trained;
        }
    }
}
