"""The top floor: the terminal itself. Everything of the terminal may be used here; nothing here is used below."""
