"""One outside thing each; domain values in, domain values out. SDK names and SDK errors stop here."""
