"""Carriers to the outside: names, HTTP, RDAP and mail, each behind the gate. They know no case, item or storage."""
