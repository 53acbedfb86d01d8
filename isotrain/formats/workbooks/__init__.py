"""Workbooks as their author saw them: archives, parts, number formats; nothing about questions."""
