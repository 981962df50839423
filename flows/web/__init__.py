"""The web: asking it politely and safely, and the text of a page."""
