using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Components.WebAssembly.Hosting;
using SparseClip.Vlm.Web;
using SparseClip.Vlm.Web.Api;
using SparseClip.Vlm.Web.State;

var builder = WebAssemblyHostBuilder.CreateDefault(args);
builder.RootComponents.Add<App>("#app");
builder.RootComponents.Add<HeadOutlet>("head::after");

var server = new Uri(builder.HostEnvironment.BaseAddress);
builder.Services.AddScoped(_ => new HttpClient { BaseAddress = server });
builder.Services.AddScoped<IServerApi, ServerApi>();
builder.Services.AddScoped<IChatApi>(_ => new ChatApi(server));
builder.Services.AddSingleton(TimeProvider.System);
builder.Services.AddScoped<Connection>();
builder.Services.AddScoped<Studio>();

await builder.Build().RunAsync();
