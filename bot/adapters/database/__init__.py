"""The database: SQLAlchemy Core on SQLite or PostgreSQL, migrated by Alembic."""
