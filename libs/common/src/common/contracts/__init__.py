"""Events: what one service tells the others. One module per producer; the only meeting place."""
