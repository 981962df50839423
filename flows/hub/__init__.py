"""The Hugging Face hub: what it says of the repositories that records name."""
