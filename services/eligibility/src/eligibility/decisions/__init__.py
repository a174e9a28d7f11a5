"""Room `decisions`: what the computer proposes and the commune chair signs, with its reasons."""
