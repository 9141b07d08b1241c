"""Plain facts in; notices, packets and their bytes out. Knows no database, no network and no clock."""
