"""`python -m eligibility api|worker|run|migrate|openapi|invariants|law check`."""

from eligibility.main import run

if __name__ == "__main__":
    run()
