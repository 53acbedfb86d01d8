"""Quizzes: composing blueprints, taking attempts, reviewing results."""
