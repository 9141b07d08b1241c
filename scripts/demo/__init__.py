"""The demo: one report's whole story on the lab internet, told with the real commands and their real output."""
