"""The camera: looks at faces and codes in a process of its own. No picture and no number of a face leaves it."""
