"""What Broadsheet is about. Pure: no I/O, no clock, no environment, standard library only."""
