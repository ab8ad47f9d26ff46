"""What a foreign file or table probably is, and a starter `lealtad.toml` that says so."""
