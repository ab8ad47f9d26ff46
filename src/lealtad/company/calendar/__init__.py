"""Business hours and business days, and the time between two instants in them."""
