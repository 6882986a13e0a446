"""CPU work on the text of papers, without any service: nearness to topics, shortlist, offline judge."""
