"""What a company declares: settings, playbook, calendar, and the definitions of models and outcomes.

In: `lealtad.toml` and `model.toml`. Out: frozen, checked types. Reads no customer data.
"""
