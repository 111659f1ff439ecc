using Microsoft.EntityFrameworkCore;
using SparseClip.Vlm.Storage.Records;

namespace SparseClip.Vlm.Storage;

/// <summary>The tables, alike in every database.</summary>
internal abstract class ConversationContext(DbContextOptions options) : DbContext(options)
{
    private const int IdLength = 32, NameLength = 200, PictureLength = 64;

    public DbSet<ConversationRecord> Conversations => Set<ConversationRecord>();

    public DbSet<MessageRecord> Messages => Set<MessageRecord>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<ConversationRecord>(conversation =>
        {
            conversation.ToTable("conversations").HasKey(row => row.Id);
            conversation.Property(row => row.Id).HasMaxLength(IdLength);
            conversation.Property(row => row.Owner).HasMaxLength(NameLength);
            conversation.Property(row => row.Title).HasMaxLength(NameLength);
            conversation.Property(row => row.Head).HasMaxLength(IdLength);
            conversation.HasIndex(row => new { row.Owner, row.Changed });
            conversation.HasMany(row => row.Messages).WithOne().HasForeignKey(row => row.ConversationId).OnDelete(DeleteBehavior.Cascade);
        });
        modelBuilder.Entity<MessageRecord>(message =>
        {
            message.ToTable("messages").HasKey(row => row.Id);
            message.Property(row => row.Id).HasMaxLength(IdLength);
            message.Property(row => row.ConversationId).HasMaxLength(IdLength);
            message.Property(row => row.ParentId).HasMaxLength(IdLength);
            message.Property(row => row.Role).HasMaxLength(IdLength);
            message.Property(row => row.Status).HasMaxLength(IdLength);
            message.Property(row => row.Picture).HasMaxLength(PictureLength);
            message.Property(row => row.RequestId).HasMaxLength(NameLength);
            message.HasIndex(row => row.Picture);
            // The one place where two requests of one id meet.
            message.HasIndex(row => new { row.ConversationId, row.RequestId }).IsUnique();
        });
    }
}

/// <summary>The tables in a file of SQLite.</summary>
internal sealed class SqliteConversationContext(DbContextOptions<SqliteConversationContext> options) : ConversationContext(options);

/// <summary>The tables in PostgreSQL.</summary>
internal sealed class PostgresConversationContext(DbContextOptions<PostgresConversationContext> options) : ConversationContext(options);
