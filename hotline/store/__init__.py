"""Every select(), one file per noun. Functions take a session and never commit."""
