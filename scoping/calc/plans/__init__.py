"""How big an audit must be, and what it proves: one module for each question."""
