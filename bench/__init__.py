"""`python -m bench`: how fast and how small the terminal is, each figure beside a named peer in the same run."""
