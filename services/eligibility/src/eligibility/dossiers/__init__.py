"""Room `dossiers`: papers, steps and deadlines of what citizens file."""
