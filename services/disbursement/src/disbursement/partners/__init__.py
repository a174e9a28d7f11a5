"""Banks and the post office: files out, results and statements in."""
