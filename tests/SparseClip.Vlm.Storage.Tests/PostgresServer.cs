using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;
using SparseClip.Vlm.Storage.Tests;

[assembly: AssemblyFixture(typeof(PostgresServer))]

namespace SparseClip.Vlm.Storage.Tests;

/// <summary>A PostgreSQL of Debian's package with a folder and a port of its own, for all tests.</summary>
public sealed class PostgresServer : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sparseclip-postgres-");
    private readonly int _port = FreePort();
    private Process? _server;

    /// <summary>A database that nobody has used.</summary>
    public async Task<string> NewDatabaseAsync()
    {
        var name = $"db{Guid.NewGuid():n}";
        await using var connection = new NpgsqlConnection(ConnectionTo("postgres"));
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand($"CREATE DATABASE {name}", connection);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        return ConnectionTo(name);
    }

    public async ValueTask InitializeAsync()
    {
        var data = Path.Combine(_folder.FullName, "data");
        if (Environment.IsPrivilegedProcess && !OperatingSystem.IsWindows())
        {
            // PostgreSQL does not run as root, and its own user has to get in.
            File.SetUnixFileMode(_folder.FullName, (UnixFileMode)0b111_111_111);
        }

        using (var init = Start("initdb", "-D", data, "-U", "ada", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"))
        {
            var output = await init.StandardOutput.ReadToEndAsync();
            await init.WaitForExitAsync();
            Assert.True(init.ExitCode == 0, $"initdb ended with {init.ExitCode}: {output}{await init.StandardError.ReadToEndAsync()}");
        }

        _server = Start("postgres", "-D", data, "-p", _port.ToString(CultureInfo.InvariantCulture), "-h", "127.0.0.1", "-k", _folder.FullName, "-F");
        _ = _server.StandardOutput.ReadToEndAsync();
        var log = _server.StandardError.ReadToEndAsync();
        for (var tries = 0; ; tries++)
        {
            try
            {
                await using var connection = new NpgsqlConnection(ConnectionTo("postgres"));
                await connection.OpenAsync();
                return;
            }
            catch (NpgsqlException) when (tries < 300 && !_server.HasExited)
            {
                await Task.Delay(100);
            }
            catch (NpgsqlException error) when (_server.HasExited)
            {
                throw new InvalidOperationException($"PostgreSQL ended: {await log}", error);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        if (_server is not null)
        {
            // Its own helpers end with it only when it is asked to.
            using var kill = Process.Start("kill", ["-INT", File.ReadLines(Path.Combine(_folder.FullName, "data", "postmaster.pid")).First()]);
            await kill.WaitForExitAsync();
            await _server.WaitForExitAsync();
            _server.Dispose();
        }

        _folder.Delete(recursive: true);
    }

    private string ConnectionTo(string database) => $"Host=127.0.0.1;Port={_port};Username=ada;Database={database}";

    private Process Start(string program, params string[] arguments)
    {
        var path = Directory.Exists("/usr/lib/postgresql")
            ? Directory.EnumerateDirectories("/usr/lib/postgresql").OrderByDescending(version => int.Parse(Path.GetFileName(version), CultureInfo.InvariantCulture)).Select(version => Path.Combine(version, "bin", program)).First(File.Exists)
            : throw new InvalidOperationException("PostgreSQL is not installed; eng/test installs it, or: apt-get install postgresql");
        string[] line = Environment.IsPrivilegedProcess ? ["runuser", "-u", "postgres", "--", path, .. arguments] : [path, .. arguments];
        return Process.Start(new ProcessStartInfo(line[0], line[1..]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _folder.FullName })!;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
