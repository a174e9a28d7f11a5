"""Who pays out for the province: banks and the post office as rows, never as code."""
