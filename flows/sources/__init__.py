"""Sources: do they still say what was read there?"""
