namespace SparseClip.Vlm.Server.Requests;

/// <summary>Maps routes that are read.</summary>
internal static class Reading
{
    /// <summary>A route for GET, and for HEAD, which asks the same and wants no body. The description lists GET alone.</summary>
    public static RouteHandlerBuilder MapRead(this IEndpointRouteBuilder routes, string pattern, Delegate handler)
    {
        routes.MapMethods(pattern, [HttpMethods.Head], handler).ExcludeFromDescription();
        return routes.MapGet(pattern, handler);
    }
}
