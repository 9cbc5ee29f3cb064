"""The long run: thousands of visits of one terminal's process, and what grows meanwhile."""
