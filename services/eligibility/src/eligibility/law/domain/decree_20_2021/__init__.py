"""Decree 20/2021/NĐ-CP (1/7/2021 to 4/10/2026): groups 5.1 to 5.8, care support, facilities.

The standard amount was raised by Decree 76/2024/NĐ-CP; since 1/7/2025 the commune decides (Decree
147/2025/NĐ-CP). Decree 335/2026/NĐ-CP keeps most of these words: its module composes the same
functions with its own articles and what it changed.
"""
