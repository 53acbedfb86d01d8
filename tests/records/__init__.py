"""Tests of completion records."""
