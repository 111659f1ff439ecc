using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Components.WebAssembly.Hosting;
using Microsoft.JSInterop;
using SparseClip.Vlm.Web;
using SparseClip.Vlm.Web.Api;
using SparseClip.Vlm.Web.State;

var builder = WebAssemblyHostBuilder.CreateDefault(args);
builder.RootComponents.Add<App>("#app");
builder.RootComponents.Add<HeadOutlet>("head::after");

var server = new Uri(builder.HostEnvironment.BaseAddress);
builder.Services.AddSingleton<AccessKey>();
builder.Services.AddScoped(provider => new HttpClient(new KeyHeader(provider.GetRequiredService<AccessKey>())) { BaseAddress = server });
builder.Services.AddScoped<IServerApi, ServerApi>();
builder.Services.AddScoped<IChatApi>(provider => new ChatApi(server, provider.GetRequiredService<AccessKey>()));
builder.Services.AddSingleton(TimeProvider.System);
builder.Services.AddScoped<Connection>();
builder.Services.AddScoped<Studio>();

var host = builder.Build();
host.Services.GetRequiredService<AccessKey>().Value = ((IJSInProcessRuntime)host.Services.GetRequiredService<IJSRuntime>()).Invoke<string?>("page.key");
await host.RunAsync();
