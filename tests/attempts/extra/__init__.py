"""Extra attempts: one more for somebody who has used all of theirs."""
