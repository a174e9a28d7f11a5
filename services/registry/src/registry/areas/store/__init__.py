"""Where the facts about units come from: data files, and tables for what changes with use."""
