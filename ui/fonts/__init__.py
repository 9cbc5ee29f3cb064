"""The shipped fonts and the script that cuts them."""
