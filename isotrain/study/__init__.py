"""Courses, modules, facts and terms: composing and reading them."""
