"""What all pages share: the gate, transactions, the base form, error pages, navigation."""
