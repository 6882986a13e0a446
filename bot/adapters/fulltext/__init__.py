"""Pages and PDFs of papers -> bot.domain.fulltext."""
