"""QML files and the scripts that generate parts of them."""
