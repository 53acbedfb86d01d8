"""Quizzes: composing and publishing blueprints."""
