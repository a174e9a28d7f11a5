"""Request and response bodies of `reviews`."""
