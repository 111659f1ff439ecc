namespace SparseClip.Vlm.Server.Requests;

/// <summary>Maps routes that are read.</summary>
internal static class Reading
{
    /// <summary>A route for GET, and for HEAD, which asks the same and wants no body. The description lists GET alone; what is said of the route holds for both.</summary>
    public static RouteHandlerBuilder MapRead(this IEndpointRouteBuilder routes, string pattern, Delegate handler)
    {
        var head = routes.MapMethods(pattern, [HttpMethods.Head], handler).ExcludeFromDescription();
        return new RouteHandlerBuilder([head, routes.MapGet(pattern, handler)]);
    }
}
