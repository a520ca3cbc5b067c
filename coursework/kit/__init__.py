"""What the checks of all parts share: no check is in here."""
