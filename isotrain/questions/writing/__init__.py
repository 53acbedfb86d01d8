"""Answers that are typed: reading them, comparing them with what is accepted, writing that down."""
