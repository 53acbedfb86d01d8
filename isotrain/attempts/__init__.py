"""Attempts: sitting a quiz from its start to its result, and deriving it again."""
