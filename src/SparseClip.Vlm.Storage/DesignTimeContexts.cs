using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace SparseClip.Vlm.Storage;

/// <summary>For <c>dotnet ef migrations add NAME --context SqliteConversationContext --output-dir Migrations/Sqlite</c>.</summary>
internal sealed class SqliteDesignTimeContext : IDesignTimeDbContextFactory<SqliteConversationContext>
{
    public SqliteConversationContext CreateDbContext(string[] args) => new(new DbContextOptionsBuilder<SqliteConversationContext>().UseSqlite("Data Source=:memory:").Options);
}

/// <summary>For <c>dotnet ef migrations add NAME --context PostgresConversationContext --output-dir Migrations/Postgres</c>.</summary>
internal sealed class PostgresDesignTimeContext : IDesignTimeDbContextFactory<PostgresConversationContext>
{
    public PostgresConversationContext CreateDbContext(string[] args) => new(new DbContextOptionsBuilder<PostgresConversationContext>().UseNpgsql("Host=localhost").Options);
}
