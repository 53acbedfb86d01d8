"""Completion records, frozen as they happen; the list, the timeline and the exports."""
