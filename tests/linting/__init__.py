"""Tests of the checks of questions and of ways of guessing."""
