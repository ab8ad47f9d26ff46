"""The command line of lealtad: one module per command."""
