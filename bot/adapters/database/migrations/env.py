"""Alembic's entry: runs the migrations on the connection that bot/adapters/database/engine.py hands over."""

from alembic import context

from bot.adapters.database.tables import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, transactional_ddl=True)
context.run_migrations()
