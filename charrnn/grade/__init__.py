"""Grade what was handed in: python -m charrnn.grade FILES..."""
