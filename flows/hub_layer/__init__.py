"""The whole Hugging Face hub: a release stream of its own, beside the curated one, by the same rules where the hub says enough."""
