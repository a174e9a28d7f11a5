"""HTTP at the edge: app, proof of identity, problems, repeatable commands, paging, health."""
