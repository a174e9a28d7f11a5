"""Counts of people, benefits and đồng for a commune or the province in a month."""
