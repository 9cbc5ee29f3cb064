"""What the input panels know beyond their keys: the pinyin index."""
