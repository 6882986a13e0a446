"""Domain value -> what a person or a model reads. Pure."""
